import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatRules, parseRules } from '../../lib/index';
import type { Destination } from '../../lib/model/destination';
import type { Service } from '../../lib/model/service';
import { Hosts, UnresolvedHost } from '../../lib/rules/host-names';
import { readRules, readRulesWithHosts } from '../../lib/rules/rule-file';

const web = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;

test('a file becomes commands; blank lines and comments ask for nothing', () => {
  expect(
    parseRules(`# the web
-C
ipvsadm -A -t 10.0.0.1:http -s rr -p 300 -M 255.255.255.0\r
\t-a -t 10.0.0.1:80 -r 10.1.0.1:8080 -m -w 3 -x 10 -y 5 # the first

-e -f 7 -6 -r [2001:db8::1]:443 -i --tun-type gue --tun-port 5555 --tun-csum
-d -t 10.0.0.1:80 -r 10.1.0.1
-Z`),
  ).toEqual([
    { op: 'flush' },
    {
      op: 'addService',
      service: { ...web, scheduler: 'rr', persistence: { timeout: 300, netmask: '255.255.255.0' } },
    },
    {
      op: 'addDestination',
      service: web,
      destination: {
        address: '10.1.0.1',
        port: 8080,
        forward: 'masq',
        weight: 3,
        upperThreshold: 10,
        lowerThreshold: 5,
      },
    },
    {
      op: 'setDestination',
      service: { fwmark: 7, family: 'ipv6' },
      destination: {
        address: '2001:db8::1',
        port: 443,
        forward: 'tunnel',
        tunnel: { type: 'gue', port: 5555, checksum: 'checksum' },
      },
    },
    { op: 'deleteDestination', service: web, destination: { address: '10.1.0.1', port: 80 } },
    { op: 'zero' },
  ]);
});

test.each([
  ['-A -t 10.0.0.1:80\n\n-A -t 10.0.0.2:80 -w 5', 3, '-A does not take -w'],
  ['-A -t www.example.org:80', 1, 'www.example.org is not an address'],
  ['-L', 1, "'list' does not change the table"],
  ['--set 1 2 3', 1, "'set' does not change the table"],
  ['-h', 1, '-h: cannot stand in a rule file'],
  ['-R', 1, '-R: cannot stand in a rule file'],
])('%j is refused at line %d: %s', (text, line, message) => {
  expect(() => parseRules(text)).toThrow(
    expect.objectContaining({
      name: 'RulesError',
      code: 'ERR_IPVS_RULES',
      line,
      message: expect.stringContaining(`line ${line}: ${message}`),
    }),
  );
});

test('a byte-order mark at the head means nothing', () => {
  expect(parseRules('\ufeff-Z\n-C')).toEqual([{ op: 'zero' }, { op: 'flush' }]);
});

test('a table becomes the rules that make it', () => {
  const counters = { stats: {} as Service['stats'] };
  const server = {
    ...counters,
    family: 'ipv4',
    port: 80,
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
    activeConnections: 0,
    inactiveConnections: 0,
    persistentConnections: 0,
  } as const;
  const destinations: Destination[] = [
    { ...server, address: '10.1.0.2', forward: 'masq', upperThreshold: 9, lowerThreshold: 3 },
    { ...server, address: '10.1.0.1', forward: 'local' },
    { ...server, address: '10.1.0.3', forward: 'bypass' },
    { ...server, address: '10.1.0.4', forward: 'tunnel', tunnel: { type: 'gre', checksum: 'none' } },
  ];
  const table: (Service & { destinations: Destination[] })[] = [
    {
      fwmark: 4294967295,
      family: 'ipv6',
      scheduler: 'rr',
      flags: ['ops'],
      persistence: { timeout: 5, netmask: 64 },
      ...counters,
      destinations: [],
    },
    { ...web, family: 'ipv4', scheduler: 'sh', flags: ['sh-port'], ...counters, destinations },
  ];
  expect(formatRules(table)).toBe(`\
-A -t 10.0.0.1:80 -s sh -b sh-port
-a -t 10.0.0.1:80 -r 10.1.0.1:80 --local -w 1
-a -t 10.0.0.1:80 -r 10.1.0.2:80 -m -w 1 -x 9 -y 3
-a -t 10.0.0.1:80 -r 10.1.0.3:80 --bypass -w 1
-a -t 10.0.0.1:80 -r 10.1.0.4:80 -i -w 1 --tun-type gre --tun-nocsum
-A -f 4294967295 -6 -s rr -p 5 -M 64 -o
`);
  expect(parseRules(formatRules(table))).toHaveLength(6);
});

test('what is no text, or no table, is a type error', () => {
  expect(() => parseRules(5 as never)).toThrow(TypeError);
  expect(() => formatRules(undefined as never)).toThrow(TypeError);
});

test('what a name stood for in one file it need not stand for in the next', async () => {
  const text = '-A -t localhost:80';
  const [known] = await readRulesWithHosts(text, new Hosts());
  expect(known?.command).toMatchObject({ service: { address: '127.0.0.1', port: 80 } });
  const [unknown] = readRules(text, new Hosts());
  expect(unknown?.error).toBeInstanceOf(UnresolvedHost);
});

test('what a line says does not hang on the lines before it', () => {
  const oneOf = (parts: string) => fc.constantFrom(...parts.split(' | '));
  const services =
    '-t 10.0.0.1:80 | -t 10.0.0.2:http | -t [2001:db8::1]:80 | -u 10.0.0.1:53 | -u10.0.0.3:53 | -t 10.0.0.1 | ' +
    '-t bad | -f 7 | -f 8 | -f 7 -6 | -f x';
  const service = oneOf(services);
  const command = oneOf('-A | -E | -a | -e | -d | -D | --add-server | ipvsadm -A |  lvsadm  -a | -Z');
  const option = oneOf(
    '-s rr | -s wrr | -s sh | -b sh-port | -b sh-fallback,flag-3 | -b mh-port | -o | -p | -p 30 | -p x | ' +
      '-M 255.255.255.0 | -M 255.255.0.0 | -M 64 | --pe sip | -n | --json | -c | -r 10.1.0.1 | -r 10.1.0.2:8080 | ' +
      '-r 10.1.0.3:http | -r [2001:db8::9]:80 | -r 10.1.0.256:1 | -r -m | -m | -i | -g | --local | -w 1 | -w 2 | ' +
      '-w | -w2 | --weight=3 | -w -1 | -mw 4 | -x 5 | -y 4 | -x x | --tun-type gue | --tun-port 5555 | ' +
      '--tun-port 1 | --tun-csum | # 7 | # | word | --',
  );
  // Lines that differ in a few places, so that one has the form of another, or nearly so.
  const edit = fc.tuple(fc.nat(5), fc.oneof(service, option));
  const rows = fc
    .tuple(command, service, fc.array(option, { maxLength: 4 }), fc.array(fc.array(edit, { maxLength: 2 })))
    .map(([first, second, rest, variants]) =>
      variants.map((edits) =>
        edits
          .reduce((parts, [at, part]) => parts.with(at % parts.length, part), [first, second, ...rest])
          .join(' '),
      ),
    );
  const read = (lines: string[]) =>
    readRules(lines.join('\n'), new Hosts()).map(({ command, line, error }) => ({
      command,
      line: line?.command,
      error: error?.message,
    }));

  fc.assert(
    fc.property(rows, (lines) => {
      expect(read(lines)).toEqual(lines.flatMap((line) => read([line])));
    }),
    {
      numRuns: 2000,
      examples: [
        [['-a -t 10.0.0.1:80 -r 10.1.0.1 -w 1', '-a -t 10.0.0.1:80 -r 10.1.0.1 -w #']],
        [
          [
            '-A -t [2001:db8::1]:80 -p 30 -M 64abc',
            '-A -t [2001:db8::1]:80 -p 30 -M 64abc',
            '-A -t 10.0.0.1:80 -p 30 -M 64abc',
          ],
        ],
        [['-A -u 10.0.0.1:53 -p 30', '-A -u 10.0.0.1:53 -p -o']],
        [['-a -r 10.1.0.1:80 -t 10.0.0.1:80', '-a -r 10.1.0.1:http -t 10.0.0.1:80']],
      ],
    },
  );
});
