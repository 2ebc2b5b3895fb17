/** Command lines, generated: every command with every option, values good and bad, listings, files, sequences. */

export interface Case {
  args: string[];
  stdin?: string;
  /** Rules that make the table it starts with; '' for none. */
  table: string;
}

const SERVICE = '-t 10.0.0.1:80';

/** One of each kind that ipvsadm can make; no word of an address is 2^31 from another's. */
export const TABLE = `\
-A -t 10.0.0.1:80 -s wlc
-a -t 10.0.0.1:80 -r 127.0.0.2:8080 -m -w 0
-a -t 10.0.0.1:80 -r 127.0.0.2:80 -m -w 7 -x 100 -y 50
-a -t 10.0.0.1:80 -r 127.0.0.1 -g -w 2147483647
-A -t 10.0.0.3:0 -s rr -p 300 -M 255.255.255.0
-a -t 10.0.0.3:0 -r 127.0.0.10:0 -g -w 10
-A -t 10.0.0.6:443 -s wrr -b flag-1,flag-2,flag-3
-A -u 10.0.0.2:53 -s rr -o
-a -u 10.0.0.2:53 -r 127.0.0.1:53 -i
-A -u 10.0.0.5:5060 -s mh -p 360 --pe sip -b mh-fallback,mh-port
-a -u 10.0.0.5:5060 -r 127.0.0.11:5060 -i --tun-type gue --tun-port 5555 --tun-csum
-a -u 10.0.0.5:5060 -r 127.0.0.12:5060 -i --tun-type gue --tun-port 5556
-a -u 10.0.0.5:5060 -r 127.0.0.13:5060 -i --tun-type gue --tun-port 5557 --tun-remcsum
-a -u 10.0.0.5:5060 -r 127.0.0.14:5060 -i --tun-type gre
-a -u 10.0.0.5:5060 -r 127.0.0.15:5060 -i --tun-type gre --tun-csum
-a -u 10.0.0.5:5060 -r [2001:db8::5]:5060 -i
-A --sctp-service 10.0.0.4:3868 -s sh -b sh-port
-A -t [2001:db8::1]:80 -s wlc
-a -t [2001:db8::1]:80 -r [2001:db8:2aaa:bbbb:cccc:dddd:eeee:1111]:8080 -m
-a -t [2001:db8::1]:80 -r [2001:db8::2]:80 -i
-A -t [2001:db8::1]:443 -s wlc -p 60 -M 64
-A -f 7 -s rr -p 600
-a -f 7 -r 127.0.0.1:80 -g
-A -f 8 -6 -s wlc -p 600 -M 64
-a -f 8 -6 -r [2001:db8::9]:443 -m -w 3
`;

/** Words of a line; `''` is an empty one. */
function words(line: string): string[] {
  return line.split(' ').flatMap((word) => (word === '' ? [] : [word === "''" ? '' : word]));
}

function lines(table: string, ...texts: string[]): Case[] {
  return texts.map((text) => ({ args: words(text), table }));
}

interface Option {
  long: string;
  short?: string;
  /** One that is good. */
  value?: string;
}

/** ipvsadm's options. */
const OPTIONS: readonly Option[] = [
  { long: 'tcp-service', short: 't', value: '10.0.0.1:80' },
  { long: 'udp-service', short: 'u', value: '10.0.0.2:53' },
  { long: 'sctp-service', value: '10.0.0.4:3868' },
  { long: 'fwmark-service', short: 'f', value: '7' },
  { long: 'ipv6', short: '6' },
  { long: 'scheduler', short: 's', value: 'rr' },
  { long: 'persistent', short: 'p' },
  { long: 'netmask', short: 'M', value: '255.255.0.0' },
  { long: 'pe', value: 'sip' },
  { long: 'ops', short: 'o' },
  { long: 'sched-flags', short: 'b', value: 'flag-1' },
  { long: 'real-server', short: 'r', value: '127.0.0.2:80' },
  { long: 'gatewaying', short: 'g' },
  { long: 'ipip', short: 'i' },
  { long: 'masquerading', short: 'm' },
  { long: 'weight', short: 'w', value: '5' },
  { long: 'u-threshold', short: 'x', value: '20' },
  { long: 'l-threshold', short: 'y', value: '10' },
  { long: 'tun-type', value: 'ipip' },
  { long: 'tun-port', value: '5555' },
  { long: 'tun-nocsum' },
  { long: 'tun-csum' },
  { long: 'tun-remcsum' },
  { long: 'numeric', short: 'n' },
  { long: 'connection', short: 'c' },
  { long: 'timeout' },
  { long: 'daemon' },
  { long: 'stats' },
  { long: 'rate' },
  { long: 'thresholds' },
  { long: 'persistent-conn' },
  { long: 'tun-info' },
  { long: 'exact', short: 'X' },
  { long: 'nosort' },
  { long: 'sort' },
  { long: 'mcast-interface', value: 'lo' },
  { long: 'syncid', value: '5' },
  { long: 'sync-maxlen', value: '1000' },
  { long: 'mcast-group', value: '224.0.0.82' },
  { long: 'mcast-port', value: '8850' },
  { long: 'mcast-ttl', value: '2' },
];

/** What each command cannot do without. */
const MINIMAL = {
  'add-service': '-A -t 10.0.0.9:80',
  'edit-service': `-E ${SERVICE}`,
  'delete-service': `-D ${SERVICE}`,
  flush: '-C',
  restore: '-R',
  save: '-S',
  'add-server': `-a ${SERVICE} -r 127.0.0.3:80`,
  'edit-server': `-e ${SERVICE} -r 127.0.0.2:80`,
  'delete-server': `-d ${SERVICE} -r 127.0.0.2:80`,
  list: '-L -n',
  zero: '-Z',
  set: '--set 900 120 300',
  'start-daemon': '--start-daemon backup',
  'stop-daemon': '--stop-daemon backup',
  help: '-h',
  version: '-v',
};

type CommandName = keyof typeof MINIMAL;

function withValue(written: string, { value }: Option): string {
  return value === undefined ? written : `${written} ${value}`;
}

/** Every command with every option, and with every other command; and both options twice. */
export function combinations(): Case[] {
  const commands = Object.entries(MINIMAL) as [CommandName, string][];
  const cases: Case[] = [];
  for (const [name, minimal] of commands) {
    cases.push(...lines(TABLE, minimal, `${words(minimal)[0]}`));
    if (name === 'help' || name === 'version') continue;
    for (const option of OPTIONS) {
      cases.push(...lines(TABLE, `${minimal} ${withValue(`--${option.long}`, option)}`));
    }
    for (const [other] of commands.slice(0, 3)) {
      if (other !== name) cases.push(...lines(TABLE, `${minimal} ${words(MINIMAL[other])[0]}`));
    }
  }
  for (const option of OPTIONS) {
    const short = withValue(option.short === undefined ? `--${option.long}` : `-${option.short}`, option);
    cases.push(...lines('', `-L ${short} ${withValue(`--${option.long}`, option)}`, short));
  }
  return cases;
}

const ADDRESSES = [
  ...[
    '10.0.0.9:80',
    '10.0.0.9',
    '10.0.0.9:',
    ':80',
    '80',
    "''",
    '10.1:80',
    '10.0.0.9:65535',
    '10.0.0.9:65536',
  ],
  ...['10.0.0.9:-1', '10.0.0.9:+80', '10.0.0.9:http', '10.0.0.9:nonesuch', '0x0a000009:80', '012.0.0.9:80'],
  ...['10.0.0.256:80', '10.0.0.9.1:80', '[10.0.0.9]:80', '[2001:db8::9]:80', '[2001:db8::9]', '2001:db8::9'],
  ...['2001:db8::9:80', '[2001:db8::9]:http', '[fe80::1%lo]:80', '[2001:db8::9', '[::ffff:10.0.0.9]:80'],
  ...[
    'localhost:80',
    'localhost:http',
    'web.test:80',
    'nonesuch.test:80',
    '10.0.0.9:80:80',
    '[2001:db8::9]:',
  ],
  ...[
    '0.0.0.0:80',
    '224.0.0.1:80',
    '255.255.255.255:80',
    '[::1]:443',
    '08.0.0.1:80',
    '10.:80',
    '10.0.0.9:08',
  ],
];

const BAD_VALUES: [minimal: CommandName, option: string, values: string[]][] = [
  ['add-service', '-p', ['1', '0', '2678400', '2678401', '-1', 'x', '5x', '+5', '007']],
  ['add-service', '-s', ['nonesuch', 'aaaaaaaaaaaaaaaaaaaaaaaa', 'none', 'ftp', 'WLC', 'sh', "''"]],
  [
    'add-service',
    '-p 5 -M',
    ['255.255.255.0', '24', '0.0.0.0', '255.0.255.0', '300.1.1.1', 'x', '0xffffff00', '64x'],
  ],
  ['add-service', '-p 5 --pe', ['sip', 'nonesuch', 'aaaaaaaaaaaaaaaaaaaaaaaaaaa']],
  ['add-service', '--pe', ['sip']],
  ['add-service', '-M', ['255.255.255.0']],
  [
    'add-service',
    '-s sh -b',
    ['sh-port', 'sh-fallback,sh-port', 'mh-port', 'flag-1', 'x', 'flag-1,,flag-2', 'flag-3,flag-3'],
  ],
  ['add-service', '-s mh -b', ['mh-port', 'mh-fallback,mh-port', 'sh-port', 'flag-1,sh-port']],
  ['add-service', '-b', ['sh-port', 'flag-1,flag-2,flag-3', 'mh-port']],
  ['add-server', '-w', ['0', '65535', '65536', '2147483647', '2147483648', '-1', 'x', '1x', '0x10']],
  ['add-server', '-x', ['0', '100', '2147483647', '2147483648', '-1', 'x']],
  ['add-server', '-x 10 -y', ['0', '9', '10', '11', '2147483648', '-1']],
  ['add-server', '-y', ['1']],
  ['add-server', '-i --tun-type', ['ipip', 'gue', 'gre', 'x', "''", 'GUE']],
  ['add-server', '-i --tun-type gue --tun-port', ['1', '65535', '0', '65536', 'x']],
  ['start-daemon', '--mcast-interface lo --syncid', ['0', '255', '256', '-1', 'x']],
  ['start-daemon', '--mcast-interface lo --sync-maxlen', ['0', '1', '65507', '65508', '1472']],
  ['start-daemon', '--mcast-interface lo --mcast-port', ['0', '1', '65535', '65536']],
  ['start-daemon', '--mcast-interface lo --mcast-ttl', ['0', '1', '255', '256']],
  [
    'start-daemon',
    '--mcast-interface lo --mcast-group',
    ['224.0.0.1', '10.0.0.1', 'ff02::1', '2001:db8::1', 'x', '::x', '239.255.255.255'],
  ],
  ['start-daemon', '--mcast-interface', ['nonesuch', 'aaaaaaaaaaaaaaaaaaaaaaaaaa', 'lo']],
];

/** Values, good and bad, of every option that has one. */
export function values(): Case[] {
  const cases: Case[] = [];
  for (const address of ADDRESSES) {
    cases.push(
      ...lines('', `-A -t ${address}`, `-A -u ${address} -p 50`, `-A --sctp-service ${address}`),
      ...lines('-A -t 10.0.0.1:80\n-A -t [2001:db8::1]:80', `-a ${SERVICE} -m -r ${address}`),
      ...lines('-A -t 10.0.0.1:80\n-A -t [2001:db8::1]:80', `-a -t [2001:db8::1]:80 -i -r ${address}`),
    );
  }
  for (const [command, option, list] of BAD_VALUES) {
    for (const value of list)
      cases.push(...lines('-A -t 10.0.0.1:80', `${MINIMAL[command]} ${option} ${value}`));
  }
  for (const mark of [
    '1',
    '0',
    '4294967295',
    '4294967296',
    '-1',
    '0x7',
    'x',
    "''",
    '2147483648',
    '2147483647',
  ]) {
    cases.push(...lines('', `-A -f ${mark}`, `-A -f ${mark} -6`, `-A -f ${mark} -o`));
  }
  for (const set of [
    '1 2 3',
    '0 0 0',
    '0 0 5',
    '-1 2 3',
    '1 2',
    '1 2 3 4',
    'x 2 3',
    '2147483 1 1',
    '1 2678401 1',
    '',
  ]) {
    cases.push(...lines('', `--set ${set}`));
  }
  for (const role of ['master', 'backup', 'both', 'x', "''", '']) {
    cases.push(...lines('', `--start-daemon ${role}`, `--stop-daemon ${role}`, `--start-daemon=${role}`));
  }
  return cases;
}

/** Which options go together, beyond what the tables of commands say. */
export function rules(): Case[] {
  const services = '-A -t 10.0.0.1:80\n-A -t [2001:db8::1]:80\n-A -f 7\n-A -f 8 -6';
  return [
    ...lines(
      services,
      ...['-g', '-i', '-m', '-g -m', '-i -i', '-gi'].map((how) => `-a ${SERVICE} -r 127.0.0.3:8080 ${how}`),
      ...['-g', '-i', '-m'].map((how) => `-a -f 7 -r 127.0.0.3:8080 ${how}`),
      ...['-g', '-i', '-m'].map((how) => `-a -f 7 -r 127.0.0.3 ${how}`),
      ...['-g', '-i', '-m'].map((how) => `-a ${SERVICE} -r [2001:db8::3]:80 ${how}`),
      ...['-g', '-i', '-m'].map((how) => `-a -t [2001:db8::1]:80 -r 127.0.0.3:80 ${how}`),
      ...['-g', '-i', '-m'].map((how) => `-a -f 8 -6 -r [2001:db8::3]:80 ${how}`),
      `-d ${SERVICE} -r [2001:db8::3]:80`,
      `-a -r 127.0.0.3 ${SERVICE} -m`,
      `-a -m -r 127.0.0.3:81 ${SERVICE}`,
      `-a -r 127.0.0.3 -m ${SERVICE}`,
      `-a -r 127.0.0.3:http -m ${SERVICE}`,
      '-A -6 -f 9',
      '-A -f 9 -6 -M 64 -p 9',
      '-A -f 9 -M 64 -6 -p 9',
      '-A -M 255.255.0.0 -t 10.0.0.9:80 -p 9',
      '-A -M 64 -t [2001:db8::9]:80 -p 9',
      '-A -p 9 -M 64 -t [2001:db8::9]:80',
      '-A -t [2001:db8::9]:80 -p 9 -M 64x',
      '-A -t [2001:db8::9]:80 -p 9 -M 129',
      '-A -t 10.0.0.9:0',
      '-A -t 10.0.0.9:0 -p',
      '-A -t 10.0.0.9:80 -o',
      '-A -u 10.0.0.9:80 -o',
      '-Z -t 0.0.0.0:0',
      '-Z -t 10.0.0.1:80',
      '-Z -t 10.0.0.99:80',
      '-Z -f 7',
      '-D -t 10.0.0.99:80',
      '-E -t 10.0.0.99:80',
      '-A -t 10.0.0.1:80',
      '-a -t 10.0.0.99:80 -r 127.0.0.1',
      '-e -t 10.0.0.1:80 -r 127.0.0.1',
      '-d -t 10.0.0.1:80 -r 127.0.0.1',
      '-L -n -t 10.0.0.99:80',
      '-D -f 8',
      '-D -f 8 -6',
      '-L -n -f 8 -6',
      '-L -n -f 8',
    ),
    ...['ipip', 'gue', 'gre'].flatMap((type) =>
      ['', '-i'].flatMap((forward) =>
        ['', '--tun-nocsum', '--tun-csum', '--tun-remcsum', '--tun-csum --tun-remcsum'].flatMap((sum) =>
          ['', '--tun-port 5'].flatMap((port) =>
            lines(services, `-a ${SERVICE} -r 127.0.0.3:80 ${forward} --tun-type ${type} ${port} ${sum}`),
          ),
        ),
      ),
    ),
    ...lines(
      services,
      `-a ${SERVICE} -r 127.0.0.3 -i --tun-port 5`,
      `-a ${SERVICE} -r 127.0.0.3 -i --tun-csum`,
    ),
  ];
}

/** How words are taken apart. */
export function spellings(): Case[] {
  return lines(
    TABLE,
    ...[
      '-Ln',
      '-ln',
      '-nL',
      '-L -n -n',
      '-L --numeric=5',
      '-L --num',
      '--li',
      '-list',
      '-L -',
      '-L -- -n',
      '-L -n --',
    ],
    ...[
      '-L foo',
      'foo -L',
      'foo',
      '-- -L',
      '-L -n5',
      '-L -n=c',
      '-q',
      '-Lq',
      '--bogus',
      '-L --bogus=5',
      '-L --',
    ],
    ...['-Lnt10.0.0.1:80', '-L -nt 10.0.0.1:80', '-L -n -t=10.0.0.1:80', '-L -n --tcp-service=10.0.0.1:80'],
    ...[
      '-A -t10.0.0.9:80 -p5',
      '-A -t 10.0.0.9:80 -p=5',
      '-A -t 10.0.0.9:80 --persistent=5',
      '-A -t 10.0.0.9:80 -p 5',
    ],
    ...[
      '-A -t 10.0.0.9:80 --persistent=',
      '-A -t 10.0.0.9:80 -p -s rr',
      '-A -t 10.0.0.9:80 -ps rr',
      '-A -t',
      '-At',
    ],
    ...['-A -t 10.0.0.9:80 -s=rr', '-A -t 10.0.0.9:80 -s==rr', '-A -t 10.0.0.9:80 -srr', '-A --tcp-service'],
    ...[
      '-A -t 10.0.0.9:80 --scheduler= ',
      '-A -u 10.0.0.9:80 -os rr',
      '-A -u 10.0.0.9:80 --ops=1',
      '-L=n',
      '-C5',
    ],
    ...[
      '-h foo',
      '-v foo',
      '-L -h',
      '-L -v',
      '--help',
      '--version',
      '--list=5',
      '-A -s -t 10.0.0.9:80',
      '-a -w',
    ],
    ...[
      '-L --exact -X',
      '-L -X',
      '-L --sort',
      '-C --sort',
      '--sort',
      '-L -l',
      '-L -L',
      '--set -- 1 2 3',
      '1 --set 2 3',
    ],
    ...[
      '-A 10.0.0.9:80 -t 10.0.0.9:80',
      "-L ''",
      '-An',
      '-aw',
      '-Z -c',
      '-S -c',
      '-Sn',
      '-S -X',
      '-L -6',
      '-C -6',
    ],
  ).concat({ args: [], table: TABLE });
}

const COLUMNS = ['--stats', '--rate', '--thresholds', '--persistent-conn', '--tun-info'];

/** Listings in every form, and of every two forms together. */
export function listings(): Case[] {
  const forms = [
    '',
    ...COLUMNS,
    '-c',
    '--timeout',
    '--daemon',
    '--nosort',
    '--exact',
    '--sort',
    '--syncid 5',
  ];
  const of = [
    '',
    SERVICE,
    '-u 10.0.0.5:5060',
    '-f 8 -6',
    '-t [2001:db8::1]:80',
    '--sctp-service 10.0.0.4:3868',
  ];
  return [
    ...forms.flatMap((form, index) =>
      forms.slice(index).flatMap((other) => lines(TABLE, `-L -n ${form} ${other === form ? '' : other}`)),
    ),
    ...of.flatMap((service) => ['', ...COLUMNS].flatMap((form) => lines(TABLE, `-L ${service} ${form}`))),
    ...of.flatMap((service) => COLUMNS.flatMap((form) => lines(TABLE, `-L -n ${service} ${form} --exact`))),
    ...lines('', '-L', '-L -n', '-S', '-S -n', '-L -c', '-L --daemon', '-L --timeout'),
    ...lines(NAMED, '-L', '-S', '-S -n', '-L -n', '-L --stats', '-L --tun-info', '-L --nosort'),
    ...lines(TABLE, '-S', '-S -n'),
  ];
}

/** Hosts and ports with names, some of them long. */
const NAMED = `\
-A -t 10.0.0.20:80 -s rr
-a -t 10.0.0.20:80 -r 127.0.0.1:80 -m
-a -t 10.0.0.20:80 -r 10.0.0.21:443 -m
-A -u 10.0.0.22:53 -s rr
-A -t 10.0.0.22:53 -s rr
-A -t 10.0.0.23:22 -s rr -p 5 -M 255.0.0.0
-A -f 9 -s rr
-a -f 9 -r 127.0.0.1:80 -m
-a -f 9 -r 127.0.0.1:53 -m
`;

/** What the guest's /etc/hosts gets for these tests. */
export const HOSTS = `
127.0.0.1 localhost
10.0.0.9 web.test
10.0.0.20 www.test
10.0.0.21 a-server-with-quite-a-long-name.test
10.0.0.22 a-service-with-a-name-that-is-longer-still.test
2001:db8::1 six.test
`;

/** Files for `-R`. */
export function files(): Case[] {
  const texts = [
    '',
    '\n\n',
    TABLE,
    TABLE.replaceAll('\n', '\r\n'),
    `-C\n${TABLE}`,
    '-A -t 10.0.0.9:80 -s rr',
    '  -A\t-t  10.0.0.9:80  \n\n-a -t 10.0.0.9:80 -r 127.0.0.1 -m\n',
    'ipvsadm -A -t 10.0.0.9:80\nipvsadm -a -t 10.0.0.9:80 -r 127.0.0.1\n',
    '-A -t 10.0.0.9:80 -s ipvsadm rr\n',
    '# comment\n-A -t 10.0.0.9:80\n',
    '-A -t 10.0.0.9:80 # comment\n',
    '-A -t 10.0.0.9:80\n-A -t 10.0.0.10:http -x 5\n-A -t 10.0.0.11:80\n',
    '-A -t 10.0.0.9:80\n--bogus\n-A -t 10.0.0.11:80\n',
    '-A -t 10.0.0.9:80\n-A -t 10.0.0.9:80\n-A -t 10.0.0.11:80\n',
    '-A -t 10.0.0.9:80\n-A -t 10.0.0.9:80\n',
    '-A -t 10.0.0.9:80\n-D -t 10.0.0.10:80\n',
    '-A -t 10.0.0.9:80\n-L -n\n-a -t 10.0.0.9:80 -r 127.0.0.1 -m\n-S -n\n',
    '--set 100 200 300\n-A -t 10.0.0.9:80\n-L --timeout\n',
    '-A -t 10.0.0.9:80\n-R\n-A -t 10.0.0.10:80\n',
    '-A -t 10.0.0.9:80\n-h\n-A -t 10.0.0.10:80\n',
    '-A -t web.test:http\n-a -t web.test:80 -r localhost -m\n',
    '-A -t nonesuch.test:80\n',
    'foo\n',
    '-Z\n',
  ];
  return texts.flatMap((stdin) => [
    { args: ['-R'], stdin, table: '' },
    { args: ['-R'], stdin, table: '-A -t 10.0.0.77:77 -s rr' },
  ]);
}

/** A generator of numbers that is the same each time. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Well-formed lines at random, many to a file: adding, changing, removing, in an order in which many are refused. */
export function sequences(count: number): Case[] {
  const below = random(20);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const maybe = (text: string) => (below(2) === 0 ? '' : ` ${text}`);
  const services = [
    '-t 10.0.0.1:80',
    '-u 10.0.0.1:53',
    '-t [2001:db8::1]:80',
    '-f 3',
    '-f 4 -6',
    '-t 10.0.0.2:0',
  ];
  const servers = ['127.0.0.1:80', '127.0.0.2', '127.0.0.3:8080', '[2001:db8::2]:80', '[2001:db8::3]:8080'];
  const line = (): string => {
    const service = pick(services);
    const server = pick(servers);
    switch (below(8)) {
      case 0:
      case 1:
      case 2:
        return `${pick(['-A', '-A', '-E'])} ${service} -s ${pick(['rr', 'wlc', 'sh'])} -p ${1 + below(900)}`;
      case 3:
        return pick([`-D ${service}`, `-Z ${service}`, '-Z', `-d ${service} -r ${server}`]);
      default:
        return `${pick(['-a', '-a', '-e'])} ${service} -r ${server} -i${maybe(`-w ${below(9)}`)}${maybe('-x 9 -y 3')}`;
    }
  };
  return Array.from({ length: count }, () => ({
    args: ['-R'],
    // The last line is one that works, so that it does not matter which line decides the exit status.
    stdin: `${Array.from({ length: 12 }, line).join('\n')}\n-Z\n`,
    table: '',
  }));
}
