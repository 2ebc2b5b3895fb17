import dgram from 'node:dgram';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ip, run } from '../../../lab/shell';
import type { Connection, ConnectionFilter, ServiceKey } from '../../../lib/index';
import { listOf, NAMESPACE, setTable, WIRE } from './table';

/** The ends of the wire: ours, and the director's, which is every virtual service's address here. */
const CLIENT = { ipv4: WIRE.address, ipv6: 'fd25::1' };
const VIP = { ipv4: WIRE.peerAddress, ipv6: 'fd25::2' };
/** Where nothing answers, nor has to. */
const SERVER = { ipv4: '10.25.0.1', ipv6: 'fd26::1' };
const MARK = 0x80000009;

const table = setTable();

beforeAll(async () => {
  await ip([`address add ${CLIENT.ipv6}/64 dev ${WIRE.interface} nodad`]);
  await ip(
    [
      `address add ${VIP.ipv6}/64 dev ${WIRE.interface} nodad`,
      `route add default via ${CLIENT.ipv4}`,
      `route add default via ${CLIENT.ipv6}`,
    ],
    NAMESPACE,
  );
  await run(
    'tc',
    ['-netns', NAMESPACE, '-batch', '-'],
    [
      `qdisc add dev ${WIRE.interface} clsact`,
      ...['ip', 'ipv6'].map(
        (protocol) =>
          `filter add dev ${WIRE.interface} ingress protocol ${protocol} flower ` +
          `ip_proto udp dst_port 7000-7009 action skbedit mark ${MARK}`,
      ),
      '',
    ].join('\n'),
  );
});
beforeEach(() => table.ipvs.flush());

type Family = keyof typeof VIP;

/** Datagrams from a port of their own. */
async function send(text: string, port: number, family: Family = 'ipv4'): Promise<void> {
  const socket = dgram.createSocket(family === 'ipv6' ? 'udp6' : 'udp4');
  await once(socket.bind(0, CLIENT[family]), 'listening');
  await new Promise<void>((resolve, reject) =>
    socket.send(text, port, VIP[family], (error) => (error ? reject(error) : resolve())),
  );
  socket.close();
}

/** The connections that a filter lets through, once there are so many. */
async function eventually(count: number, filter: ConnectionFilter): Promise<Connection[]> {
  let all = await listOf(table.ipvs, filter);
  for (; all.length < count; all = await listOf(table.ipvs, filter)) await setTimeout(20);
  return all;
}

function invite(callId: string): string {
  return [
    `INVITE sip:bob@${VIP.ipv4} SIP/2.0`,
    `Via: SIP/2.0/UDP ${CLIENT.ipv4};branch=z9hG4bK776asdhds`,
    'Max-Forwards: 70',
    `To: Bob <sip:bob@${VIP.ipv4}>`,
    `From: Alice <sip:alice@${CLIENT.ipv4}>;tag=1928301774`,
    `Call-ID: ${callId}`,
    'CSeq: 314159 INVITE',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

test('calls of a SIP service: a template for each Call-ID', async () => {
  const { ipvs } = table;
  const sip = { address: VIP.ipv4, port: 5060 };
  const service: ServiceKey = { protocol: 'udp', ...sip };
  await ipvs.addService({ ...service, scheduler: 'rr', persistence: { timeout: 20, engine: 'sip' } });
  await ipvs.addDestination(service, { address: SERVER.ipv4, port: 5060, forward: 'masq' });

  const calls = [`a84b4c76e66710@${CLIENT.ipv4}`, 'f81d4fae-7dec-11d0@client.example'];
  for (const call of [...calls, calls[0] as string]) await send(invite(call), 5060);

  expect(await eventually(3, { virtual: sip, template: false })).toHaveLength(3);
  const templates = await listOf(ipvs, { virtual: sip, template: true });
  expect(templates.map(({ engine }) => engine)).toEqual(
    expect.arrayContaining(calls.map((data) => ({ name: 'sip', data }))),
  );
  expect(templates).toHaveLength(2);
  expect(templates).toEqual(
    templates.map(() =>
      expect.objectContaining({ protocol: 'udp', client: { address: CLIENT.ipv4, port: 0 } }),
    ),
  );
});

test.each<Family>(['ipv4', 'ipv6'])('a template of a marked service: %s', async (family) => {
  const { ipvs } = table;
  const service: ServiceKey = { fwmark: MARK, family };
  await ipvs.addService({ ...service, scheduler: 'rr', persistence: { timeout: 20 } });
  await ipvs.addDestination(service, { address: SERVER[family], port: 0, forward: 'masq' });
  const client = { address: CLIENT[family] };
  for (const port of [7001, 7002]) {
    await send('hello', port, family);
    expect(await eventually(1, { client, virtual: { port }, template: false })).toHaveLength(1);
  }
  const marked = await listOf(ipvs, { client, virtual: { fwmark: MARK } });
  expect(marked).toEqual([
    {
      protocol: 'ip',
      client: { ...client, port: 0 },
      virtual: { fwmark: MARK },
      destination: { address: SERVER[family], port: 0 },
      state: expect.stringMatching(/^(NONE|ASSURED)$/),
      expires: expect.any(Number),
      template: true,
    },
  ]);
  expect(await ipvs.countConnections(['virtual'], { client, protocol: 'ip' })).toEqual([
    { virtual: { fwmark: MARK }, count: 1 },
  ]);
});

test('a template whose server takes no more is invalidated', async () => {
  const { ipvs } = table;
  const virtual = { address: VIP.ipv4, port: 7100 };
  const service: ServiceKey = { protocol: 'udp', ...virtual };
  const server = { address: SERVER.ipv4, port: 7100 };
  await ipvs.addService({ ...service, scheduler: 'rr', persistence: { timeout: 20 } });
  await ipvs.addDestination(service, { ...server, forward: 'masq' });
  await send('hello', 7100);
  expect(await eventually(1, { destination: server, template: true })).toHaveLength(1);

  await setQuiescent(1);
  await ipvs.patchDestination(service, server, { weight: 0 });
  await send('hello', 7100);
  const [invalid] = await eventually(1, { destination: { ...server, port: 65535 } });
  expect(invalid).toMatchObject({ template: true, client: { address: CLIENT.ipv4, port: 0 } });
  await setQuiescent(0);
});

async function setQuiescent(value: number): Promise<void> {
  const sysctl = '/proc/sys/net/ipv4/vs/expire_quiescent_template';
  await run('ip', ['netns', 'exec', NAMESPACE, 'sh', '-c', `echo ${value} >${sysctl}`]);
}

test('one-packet scheduling leaves no entry', async () => {
  const { ipvs } = table;
  const virtual = { address: VIP.ipv4, port: 7200 };
  const service: ServiceKey = { protocol: 'udp', ...virtual };
  await ipvs.addService({ ...service, scheduler: 'rr', flags: ['ops'] });
  await ipvs.addDestination(service, { address: SERVER.ipv4, port: 7200, forward: 'masq' });
  for (let i = 0; i < 5; i++) await send('hello', 7200);
  while ((await ipvs.service(service))?.stats.connections !== 5n) await setTimeout(100);
  expect(await listOf(ipvs, { virtual })).toEqual([]);
});

test('a server of the other family', async () => {
  const { ipvs } = table;
  const virtual = { address: VIP.ipv4, port: 7300 };
  const service: ServiceKey = { protocol: 'udp', ...virtual };
  await ipvs.addService({ ...service, scheduler: 'rr' });
  // The kernel has no such servers beside a sync daemon.
  await ipvs.stopDaemon('backup');
  await ipvs.addDestination(service, { address: SERVER.ipv6, port: 7300, forward: 'tunnel' });
  await send('hello', 7300);
  expect(await eventually(1, { virtual })).toEqual([
    {
      protocol: 'udp',
      client: { address: CLIENT.ipv4, port: expect.any(Number) },
      virtual,
      destination: { address: SERVER.ipv6, port: 7300 },
      state: 'UDP',
      expires: expect.any(Number),
      template: false,
    },
  ]);
  expect(await ipvs.countConnections(['destination'], { virtual })).toEqual([
    { destination: { address: SERVER.ipv6, port: 7300 }, count: 1 },
  ]);
});
