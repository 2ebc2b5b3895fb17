/** The program itself, in a namespace of its own, and what it saves. */

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { RemoteHost } from '../../../lab/host';
import { formatRules, IpvsSync, parseRules, type VirtualAddress } from '../../../lib/index';
import { Namespace } from '../control/namespace';
import { TABLE } from './corpus';
import { PROGRAM } from './program';
import { Terminal } from './terminal';

const NAME = 'lvs-lvsadm';

let namespace: Namespace;
let terminal: Terminal;
let ipvs: IpvsSync;

beforeAll(async () => {
  namespace = await Namespace.make(NAME, ['link set lo up']);
  terminal = new Terminal(NAME);
  ipvs = IpvsSync.open({ netns: namespace.path });
});
beforeEach(() => ipvs.flush());
afterAll(async () => {
  ipvs?.close();
  await terminal?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
});

const lvsadm = (args: readonly string[], input?: string) =>
  terminal.run([process.execPath, PROGRAM, ...args], input);
const ipvsadm = (args: readonly string[], input?: string) => terminal.run(['ipvsadm', ...args], input);

test('what lvsadm saves, ipvsadm restores to the same table, and the other way round', async () => {
  ipvs.batch(parseRules(TABLE));
  const ours = (await lvsadm(['-S', '-n'])).stdout;
  expect(ours).toBe(formatRules(ipvs.table()));
  const theirs = (await ipvsadm(['-S', '-n'])).stdout;

  ipvs.flush();
  expect(await ipvsadm(['-R'], ours)).toMatchObject({ status: 0 });
  expect(formatRules(ipvs.table())).toBe(ours);

  ipvs.flush();
  expect(await lvsadm(['-R'], theirs)).toMatchObject({ status: 0, stdout: '', stderr: '' });
  expect((await ipvsadm(['-S', '-n'])).stdout).toBe(theirs);
});

test('marks, thresholds, local and bypass outlive a restore', async () => {
  const rules = `\
-A -f 4294967295 -s rr
-a -f 4294967295 -r 127.0.0.1:80 --local -w 1
-a -f 4294967295 -r 127.0.0.2:80 --bypass -w 1
-a -f 4294967295 -r 127.0.0.3:80 -m -w 1 -x 9 -y 3
`;
  expect(await lvsadm(['-R'], rules)).toMatchObject({ status: 0, stderr: '' });
  expect((await lvsadm(['-S', '-n'])).stdout).toBe(rules);
});

test('services far from each other are in order', async () => {
  const addresses = ['192.168.0.1', '10.0.0.1', '100.0.0.1'];
  for (const address of addresses) ipvs.addService({ protocol: 'tcp', address, port: 80 });
  const listed = [...(await lvsadm(['-L', '-n'])).stdout.matchAll(/^TCP {2}(\S+):80/gm)].map(
    ([, address]) => address,
  );
  expect(listed).toEqual(['10.0.0.1', '100.0.0.1', '192.168.0.1']);
});

test('a bad line changes nothing; with --continue the others are carried out', async () => {
  const rules = '-A -t 10.0.0.1:80\n# a comment\n-A -t 10.0.0.2:80 -w 5\n-A -t 10.0.0.3:80\n';
  const refused = await lvsadm(['-R'], rules);
  expect(refused).toMatchObject({ status: 2, stderr: expect.stringMatching(/^lvsadm: line 3: /) });
  expect(ipvs.services()).toEqual([]);
  expect(await lvsadm(['-R', '--continue'], rules)).toMatchObject({ status: 2 });
  expect(ipvs.services()).toHaveLength(2);
});

test('what the kernel refuses is named by its line', async () => {
  const { status, stderr } = await lvsadm(
    ['-R'],
    '-A -t 10.0.0.1:80\n\n-A -t 10.0.0.1:80\n-A -t 10.0.0.2:80\n',
  );
  expect(status).toBe(255);
  expect(stderr).toBe(
    'lvsadm: line 3: -A tcp 10.0.0.1:80: the service exists already; -E changes it (EEXIST).\n',
  );
  expect(ipvs.services()).toHaveLength(2);
});

/** A line of a shell in which `lvsadm` is the program. */
const shell = (line: string) =>
  terminal.run(['bash', '-c', `lvsadm() { ${process.execPath} ${PROGRAM} "$@"; }; ${line}`]);

test('standard input may be slow, closed or marked; where it cannot be read, that is said', async () => {
  const slowly = "(printf -- '-A -t 10.0.0.1'; sleep 0.3; printf -- ':80\\n-A -t 10.0.0.2:80')";
  expect(await shell(`${slowly} | lvsadm -R`)).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(ipvs.services()).toHaveLength(2);
  expect(await shell("printf '\\357\\273\\277-C\\n' | lvsadm -R")).toEqual({
    status: 0,
    stdout: '',
    stderr: '',
  });
  expect(ipvs.services()).toEqual([]);
  expect(await shell('lvsadm -R <&-')).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(await shell('lvsadm -R </')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^lvsadm: standard input cannot be read: EISDIR.*\n$/),
  });
});

test('standard output that cannot be written is said; a reader that leaves is none of that', async () => {
  ipvs.batch(parseRules(TABLE));
  expect(await shell('lvsadm -S -n >/dev/full')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^lvsadm: standard output cannot be written: ENOSPC.*\n$/),
  });
  expect(await shell('lvsadm -S -n | true; echo $PIPESTATUS')).toEqual({
    status: 0,
    stdout: '0\n',
    stderr: '',
  });
  expect(await shell('lvsadm -L -n 2>/dev/full')).toMatchObject({ status: 0 });
  expect(await shell('lvsadm -A 2>/dev/full')).toMatchObject({ status: 2 });
});

/** What lvsadm prints, and the same as the API gives it: 64-bit counters are text. */
async function jsonOf(...args: string[]): Promise<unknown> {
  const { stdout, stderr, status } = await lvsadm(['-L', '--json', ...args]);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return JSON.parse(stdout);
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part)));
}

test('JSON is what the API gives, with 64-bit counters as text', async () => {
  ipvs.batch(parseRules(TABLE));
  expect(await jsonOf('--nosort')).toEqual(asJson(ipvs.table()));
  expect(await jsonOf('--stats', '--nosort')).toEqual(asJson(ipvs.table()));
  expect(await jsonOf('-f', '7')).toEqual(
    asJson([{ ...ipvs.service({ fwmark: 7 }), destinations: ipvs.destinations({ fwmark: 7 }) }]),
  );
  expect(await jsonOf('--timeout')).toEqual(ipvs.timeouts());

  ipvs.flush(); // while a destination is of another family than its service no daemon starts
  ipvs.startDaemon({ role: 'backup', interface: 'lo', syncId: 7 });
  const daemons = await jsonOf('--daemon');
  expect(daemons).toMatchObject([{ role: 'backup', syncId: 7 }]);
  expect(daemons).toEqual(ipvs.daemons());
  ipvs.stopDaemon('backup');
});

test('so it is of connections', async () => {
  const service: VirtualAddress = { protocol: 'udp', address: '127.0.0.1', port: 5491 };
  const real = { address: '127.0.0.1', port: 5490 };
  ipvs.addService({ ...service, scheduler: 'rr', persistence: { timeout: 300 } });
  ipvs.addDestination(service, { ...real, forward: 'masq' });
  expect(await jsonOf('-c')).toEqual([]);

  await using host = new RemoteHost('real', NAME);
  host.start();
  await host.do('serveUdp', { name: 'real', port: real.port, family: 'ipv4' });
  expect(await host.do('ask', service)).toMatchObject({ server: 'real' });

  const before = [...ipvs.connections()];
  const listed = (await jsonOf('-c')) as typeof before;
  const after = [...ipvs.connections()];
  expect(before.map(({ template }) => template).sort()).toEqual([false, true]);
  for (const [i, { expires, ...connection }] of listed.entries()) {
    // The time that is left runs on.
    expect(expires).toBeLessThanOrEqual(before[i]?.expires as number);
    expect(expires).toBeGreaterThanOrEqual(after[i]?.expires as number);
    expect({ ...connection, expires: 0 }).toEqual({ ...before[i], expires: 0 });
  }
  expect(listed).toHaveLength(before.length);
});
