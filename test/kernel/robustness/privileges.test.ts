import { expect, test } from '@jest/globals';
import { finish } from './child';

const SENTENCE =
  'IPVS needs CAP_NET_ADMIN in the initial user namespace: run as root, or give the process that capability; ' +
  'root inside a rootless container does not have it (EPERM).';

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
  ['with CAP_NET_ADMIN in another user namespace', ['unshare', '-Urn'], 'open', ['open', 'open']],
  ['having given up privileges', [], 'drop', ['services', 'flush']],
])('%s', async (_, wrapper, way, [first, second]) => {
  const { code, output } = await finish('privileges.cjs', [way], wrapper);
  expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^\[.*\]\n$/) });
  expect(JSON.parse(output)).toEqual([refusal(first), refusal(second)]);
});
