import { expect, test } from '@jest/globals';
import { finish } from './child';

const SENTENCE =
  'IPVS needs CAP_NET_ADMIN in the initial user namespace for netlink, or in the one that owns this network namespace ' +
  'for the socket options; this process has neither: run as root, or give it that capability; in a rootless container, ' +
  'give it a network namespace of its own (EPERM).';

function refusal(syscall: string): object {
  return { name: 'IpvsError', code: 'EPERM', errno: -1, syscall, message: `${syscall}: ${SENTENCE}` };
}

test.each<[string, string[], string, [string, string]]>([
  [
    'without CAP_NET_ADMIN, though root',
    ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin'],
    'open',
    ['open', 'open'],
  ],
  [
    'with CAP_NET_ADMIN in a user namespace that owns no network namespace',
    ['unshare', '-Ur'],
    'open',
    ['open', 'open'],
  ],
  ['having given up privileges', [], 'drop', ['services', 'flush']],
])('%s', async (_, wrapper, way, [first, second]) => {
  const { code, output } = await finish('privileges.cjs', [way], wrapper);
  expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^\[.*\]\n$/) });
  expect(JSON.parse(output)).toEqual([refusal(first), refusal(second)]);
});
