/** What lvsadm says of lines that it does not take: what is wrong, and with which word. */

import { expect, test } from '@jest/globals';
import { inWords } from '../../../lib/cli/wording';
import { Failure } from '../../../lib/errors/failure';
import { refused } from '../../../lib/errors/refusal';
import { lvsadm } from '../../lvsadm';
import * as verbs from '../../verbs';

function unopened(): never {
  throw new Error('nothing is opened for a line like this');
}

async function complaint(line: string, createHandle: () => never = unopened): Promise<string> {
  const { status, stderr } = await lvsadm(line.split(' '), { backend: { createHandle } });
  return `${status} ${stderr.replace(/^lvsadm: /, '')}`;
}

test.each([
  ['garbage', '255 garbage: a line begins with its command; --help lists the commands'],
  ['-w 5', '255 -w: a line begins with its command; --help lists the commands'],
  ['--bogus', '255 --bogus: unknown option; --help lists the commands'],
  ['-L -w', '255 -w: needs a value: weight'],
  ['-L -D', '2 -D: a line has only one command, which stands first'],
  ['-L extra', '2 extra: no option takes this word'],
  ['-L -n --numeric', '2 only one -n may be given'],
  ['-A -t 10.0.0.1:80 -f 7', '2 only one -t, -u, --sctp-service or -f may be given'],
  ['-A -t 80', '2 -t 80: an address is missing'],
  [
    '-A -t no-such.invalid:80',
    '2 -t no-such.invalid:80: no-such.invalid is neither an address nor a host that has an IPv4 address',
  ],
  [
    '-A -t 10.0.0.300:80',
    '2 -t 10.0.0.300:80: 10.0.0.300 is neither an address nor a host that has an IPv4 address',
  ],
  ['-A -u 10.0.0.1:htp', '2 -u 10.0.0.1:htp: htp is neither a port nor the name of a udp service'],
  ['-A -t 10.0.0.1:70000', '2 -t 10.0.0.1:70000: 70000 is neither a port nor the name of a tcp service'],
  ['-A -t [2001:db8::1]', '2 -t [2001:db8::1]: an IPv6 address with a port is written [address]:port'],
  ['-A -t [fe80::1%lo]:80', '2 -t [fe80::1%lo]:80: IPVS has no zones: leave out %lo'],
  ['-a -t [::1]:80 -r fe80::2%eth0', '2 -r fe80::2%eth0: IPVS has no zones: leave out %eth0'],
  ['-A -t 10.0.0.1/32:80', '2 -t 10.0.0.1/32:80: this is one address: leave out the prefix length /32'],
  [
    '-a -t 10.0.0.1:80 -r fd00::1/64',
    '2 -r fd00::1/64: this is one address: leave out the prefix length /64',
  ],
  [
    '-A -t 2001:db8::1:80',
    '2 2001:db8::1:80 is an address without a port, which stands for every port (an IPv6 address with a port is ' +
      'written [address]:port, such as [2001:db8::1]:80), and a service of every port needs -p',
  ],
  [
    '-A -t 10.0.0.1',
    '2 10.0.0.1 has no port, which stands for every port, and a service of every port needs -p',
  ],
  ['-A -t [::1]:0', '2 port 0 stands for every port, and a service of every port needs -p'],
  ['-a -f 7 -r 10.0.0.1:htp', '2 -r 10.0.0.1:htp: htp is neither a port nor the name of a service'],
  ['-A -f 0', '2 -f 0: must be a decimal number from 1 to 4294967295'],
  ['-A -6 -f 7', '2 -6 belongs to a firewall mark: it stands after -f'],
  ['-A -s rr', '2 -A needs -t, -u, --sctp-service or -f'],
  ['-A -t 10.0.0.1:80 -w 5', '2 -A does not take -w'],
  ['-A -t 10.0.0.1:80 -o', '2 -o needs a UDP service or a firewall mark'],
  ['-A -t 10.0.0.1:80 -p x', '2 -p x: must be a decimal number from 1 to 2678400'],
  ['-A -t 10.0.0.1:80 -p -M x', '2 -M x: must be a mask such as 255.255.255.0'],
  ['-A -t [::1]:80 -p -M 129', '2 -M 129: must be a prefix length from 1 to 128'],
  ['-A -t 10.0.0.1:80 -b ,', '2 -b ,: names no flag'],
  ['-A -t 10.0.0.1:80 -b sh-port', '2 -b sh-port: needs -s sh'],
  [
    '-A -t 10.0.0.1:80 -b x',
    '2 -b x: must be one of flag-1, flag-2, flag-3, sh-fallback, sh-port, mh-fallback, mh-port',
  ],
  ['-a -t 10.0.0.1:80 -r 10.0.0.2 --tun-csum', '2 --tun-csum needs -i'],
  ['-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-type gue', '2 --tun-type gue needs --tun-port'],
  ['-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-csum', '2 --tun-type ipip does not take --tun-csum'],
  ['-a -t 10.0.0.1:80 -r fd00::1', '2 a real server of another address family than its service needs -i'],
  ['--set 1 2', '2 --set needs three timeouts in seconds: tcp tcpfin udp'],
  ['--set 1 2 x', '2 --set x: must be a decimal number from 0 to 2678400'],
  ['--start-daemon both', '2 --start-daemon both: must be master or backup'],
  ['--start-daemon master --mcast-group 10.0.0.1', '2 --mcast-group 10.0.0.1: must be a multicast address'],
  ['-L -n -c --stats', '2 -c and --stats cannot be given together'],
  ['-L --timeout --daemon', '2 --timeout and --daemon cannot be given together'],
  ['-L --timeout --persistent-conn', '2 --timeout and --persistent-conn cannot be given together'],
])('%s', async (line, message) => {
  expect(await complaint(line)).toBe(`${message}\n`);
});

test('why IPVS cannot be reached is no word of the API', async () => {
  const open = () => {
    throw refused({ syscall: 'open', reads: true }, 1);
  };
  expect(await complaint('-L', open)).toMatch(
    /^2 Can't initialize ipvs: IPVS needs CAP_NET_ADMIN .*\(EPERM\)\.\n$/,
  );
});

const WEB = { protocol: 'tcp', address: '1.2.3.4', port: 5 } as const;

test.each([
  [verbs.zero(WEB), 3, '-Z tcp 1.2.3.4:5: there is no such service; -A makes it (ESRCH).'],
  [verbs.addService(WEB), 17, '-A tcp 1.2.3.4:5: the service exists already; -E changes it (EEXIST).'],
  [
    verbs.flush(),
    12,
    '-C: memory ran out: that of the machine, or what the cgroup of this process may have (memory.max, or MemoryMax= of its systemd unit) (ENOMEM).',
  ],
  [
    verbs.table(true),
    Failure.timeout,
    '-L: the kernel gave no answer within the deadline; nothing was changed',
  ],
  [
    verbs.flush(),
    Failure.timeout,
    '-C: the kernel gave no answer within the deadline; whether it was carried out is not known',
  ],
])('a refusal names the options, %#', (verb, status, words) => {
  expect(inWords(refused(verb.asked(), status))).toBe(words);
});
