/** What lvsadm says of lines that it does not take: what is wrong, and with which word. */

import { expect, test } from '@jest/globals';
import { main } from '../../../lib/cli/main';
import { inWords } from '../../../lib/cli/refusal';
import { IpvsError } from '../../../lib/errors/ipvs-error';

function unopened(): never {
  throw new Error('nothing is opened for a line like this');
}

async function complaint(line: string, open: () => never = unopened) {
  let said = '';
  const status = await main(line.split(' '), {
    stdin: () => '',
    stdout: () => {},
    stderr: (text) => {
      said += text;
    },
    open,
  });
  return `${status} ${said}`;
}

const VIRTUAL = 'illegal virtual server address[:port] specified: ';

test.each([
  ['garbage', '255 lvsadm: garbage: the first option must be a command; --help shows them'],
  ['-w 5', '255 lvsadm: -w: the first option must be a command; --help shows them'],
  ['--bogus', '255 lvsadm: --bogus: unknown option; --help shows them'],
  ['-A -t 80', `2 lvsadm: ${VIRTUAL}80: an address is missing`],
  [
    '-A -t no-such.invalid:80',
    `2 lvsadm: ${VIRTUAL}no-such.invalid:80: no-such.invalid is neither an address nor a host that has an IPv4 address`,
  ],
  [
    '-A -t 10.0.0.300:80',
    `2 lvsadm: ${VIRTUAL}10.0.0.300:80: 10.0.0.300 is neither an address nor a host that has an IPv4 address`,
  ],
  [
    '-A -u 10.0.0.1:htp',
    `2 lvsadm: ${VIRTUAL}10.0.0.1:htp: htp is neither a port nor the name of a udp service`,
  ],
  [
    '-A -t 10.0.0.1:70000',
    `2 lvsadm: ${VIRTUAL}10.0.0.1:70000: 70000 is neither a port nor the name of a tcp service`,
  ],
  ['-A -t [2001:db8::1]', `2 lvsadm: ${VIRTUAL}[2001:db8::1]: IPv6 is written [address]:port`],
  ['-A -t [fe80::1%lo]:80', `2 lvsadm: ${VIRTUAL}[fe80::1%lo]:80: the kernel knows no zones`],
  [
    '-a -f 7 -r 10.0.0.1:htp',
    '2 lvsadm: illegal real server address[:port] specified: 10.0.0.1:htp: htp is neither a port nor the name of a service',
  ],
  ['-L -n -c --stats', '2 lvsadm: options conflicts in the list command: connection, stats'],
  [
    '-L --timeout --persistent-conn',
    '2 lvsadm: options conflicts in the list command: timeout, persistent-conn',
  ],
])('%s', async (line, message) => {
  expect(await complaint(line)).toBe(`${message}\n`);
});

test.each([
  ['open', 'the kernel has no IPVS'],
  ['info', 'IPVS needs CAP_NET_ADMIN'],
])('what %s says is no word of the command line', async (syscall, why) => {
  const open = () => {
    throw new IpvsError('EPERM', `${syscall}: ${why}`, { syscall });
  };
  expect(await complaint('-L', open)).toBe(`2 lvsadm: Can't initialize ipvs: ${why}\n`);
});

test.each([
  [
    'zero tcp 1.2.3.4:5: there is no such service; addService makes it (ESRCH).',
    '-Z tcp 1.2.3.4:5: there is no such service; -A makes it (ESRCH).',
  ],
  ['flush: the kernel ran out of memory (ENOMEM).', '-C: the kernel ran out of memory (ENOMEM).'],
  ['commands[3].destination.upperThreshold must be zero', '-x must be zero'],
])('%s', (message, words) => {
  expect(inWords(new Error(message))).toBe(words);
});
