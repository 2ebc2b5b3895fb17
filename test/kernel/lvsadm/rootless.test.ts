/** lvsadm as an ordinary user's: root of a user and network namespace, where netlink is shut. */

import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { PROGRAM } from './program';

const NOBODY = ['--reuid=65534', '--regid=65534', '--clear-groups'];

const TCP = '-t 192.0.2.1:80';

/** Runs the command lines one after the other in one namespace; of each what it printed and its status. */
function run(lines: readonly string[]): { printed: string; status: number }[] {
  const program = lines.map((line) => `"$0" "$1" ${line} 2>&1; printf '\\0%s\\0' $?`);
  // Without an interface that is up the kernel takes no destination.
  const script = ['ip link set lo up', ...program].join('\n');
  const { stdout, stderr, error } = spawnSync(
    'setpriv',
    [...NOBODY, 'unshare', '-Urn', 'sh', '-c', script, process.execPath, PROGRAM],
    { encoding: 'utf8' },
  );
  if (error) throw error;
  expect(stderr).toBe('');
  const parts = stdout.split('\0');
  return lines.map((_, n) => ({ printed: parts[2 * n] ?? '', status: Number(parts[2 * n + 1]) }));
}

test('lvsadm adds, lists, changes and deletes as an ordinary user', () => {
  const done = { printed: '', status: 0 };
  const rules = `-A ${TCP} -s rr\n-a ${TCP} -r 192.0.2.2:8080 -m -w 3\n`;
  expect(
    run([
      `-A ${TCP} -s rr`,
      `-a ${TCP} -r 192.0.2.2:8080 -m -w 3`,
      '-S -n',
      `-e ${TCP} -r 192.0.2.2:8080 -m -w 0`,
      '-S -n',
      `-d ${TCP} -r 192.0.2.2:8080`,
      `-D ${TCP}`,
      '-S -n',
    ]),
  ).toEqual([
    done,
    done,
    { printed: rules, status: 0 },
    done,
    { printed: rules.replace('-w 3', '-w 0'), status: 0 },
    done,
    done,
    done,
  ]);
}, 60_000);

test('what the socket options have no place for is refused, by name', () => {
  const [added, ipv6, tunnel, engine, listed] = run([
    `-A ${TCP} -s rr`,
    '-A -t [2001:db8::1]:80 -s rr',
    `-a ${TCP} -r 192.0.2.3:80 -i --tun-type gue --tun-port 6080`,
    '-A -u 192.0.2.1:5060 -s rr -p 60 --pe sip',
    '-L -n',
  ]);
  expect(added).toEqual({ printed: '', status: 0 });
  for (const [refused, what] of [
    [ipv6, 'they know services of IPv4 only'],
    [tunnel, 'they know tunnels of type ipip without checksums only'],
    [engine, 'they know no persistence engines'],
  ] as const) {
    expect(refused).toEqual({ printed: expect.stringContaining(what), status: 255 });
  }
  expect(listed).toEqual({ printed: expect.stringMatching(/^TCP +192\.0\.2\.1:80 +rr *$/m), status: 0 });
}, 60_000);
