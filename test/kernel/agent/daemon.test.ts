/** examples/agent as its unit runs it: on the kernel, with CAP_NET_ADMIN alone, under signals. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Ipvs } from '../../../lib/index';

const PROGRAM = join(__dirname, '../../../examples/agent/bin/ipvs-agent.mjs');
/** As the unit has it: bounded by this capability, and given it. */
const BOUND = ['inh-caps', 'bounding-set', 'ambient-caps'].map((set) => `--${set}=-all,+net_admin`);
const WEB = { protocol: 'tcp', address: '127.0.0.1', port: 5480 } as const;
const PAGES = 'http://127.0.0.1:9505';

let folder: string;
let ipvs: Ipvs;
let agent: ChildProcess;
let output: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ipvs-agent-'));
  ipvs = await Ipvs.open();
});
afterEach(async () => {
  agent.kill('SIGKILL');
  await ipvs.flush();
  await ipvs.close();
  rmSync(folder, { recursive: true });
});

function say(weights: readonly number[], port = 5481): void {
  const servers = weights.map((weight, n) => ({ address: `127.0.0.${n + 1}`, port, weight }));
  writeFileSync(
    join(folder, 'real.json'),
    JSON.stringify({ services: { web: { ...WEB, scheduler: 'wrr', servers } } }),
  );
}

async function start(config: object = {}): Promise<void> {
  // No event tells of a change behind the link.
  const source = join(folder, 'links', 'services.json');
  mkdirSync(join(folder, 'links'));
  symlinkSync('../real.json', source);
  const file = join(folder, 'agent.json');
  writeFileSync(file, JSON.stringify({ source: { file: source }, ...config }));
  output = '';
  agent = spawn('setpriv', [...BOUND, '--no-new-privs', process.execPath, PROGRAM, 'run', '--config', file]);
  agent.stdout?.on('data', (text) => {
    output += text;
  });
  agent.stderr?.pipe(process.stderr);
  await until(async () => (await health()).status === 'ok');
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await Promise.resolve(isSo()).catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not so: ${isSo}\n${output}`);
    await delay(50);
  }
}

async function health(): Promise<{ status: string }> {
  return JSON.parse(await (await fetch(`${PAGES}/healthz`)).text());
}

async function metric(name: string): Promise<string | undefined> {
  const text = await (await fetch(`${PAGES}/metrics`)).text();
  return new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1];
}

async function weights(): Promise<number[]> {
  return (await ipvs.destinations(WEB)).map(({ weight }) => weight).sort();
}

async function end(): Promise<number | null> {
  agent.kill('SIGTERM');
  const [code] = await once(agent, 'exit');
  return code;
}

test('with one capability it takes over a table that is there, follows SIGHUP, and leaves the table at SIGTERM', async () => {
  say([7, 8]);
  await ipvs.addService({ ...WEB, scheduler: 'wrr' });
  for (const [n, weight] of [7, 8].entries()) {
    await ipvs.addDestination(WEB, { address: `127.0.0.${n + 1}`, port: 5481, forward: 'masq', weight });
  }
  const events: string[] = [];
  const watching = new AbortController();
  const watched = (async () => {
    const options = { initial: false, interval: 50, signal: watching.signal };
    for await (const changes of ipvs.watch(options)) events.push(...changes.map(({ type }) => type));
  })().catch(({ name }) => expect(name).toBe('AbortError'));
  await start();
  expect(await metric('ipvs_agent_changes_total')).toBe('0');
  expect(await (await fetch(`${PAGES}/plan`)).text()).not.toMatch(/^[-+~]/m);

  say([7, 8, 9]);
  await delay(500);
  expect(await weights()).toEqual([7, 8]);
  agent.kill('SIGHUP');
  await until(async () => (await weights()).length === 3);

  expect(await end()).toBe(0);
  expect(await weights()).toEqual([7, 8, 9]);
  await delay(200);
  watching.abort();
  await watched;
  expect(events).toEqual(['destinationAdded']);
  const logged = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(logged.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['started', 'changed']));
  for (const line of logged)
    expect(line).toMatchObject({ level: expect.anything(), time: expect.anything() });
});

test('asked to drain, it ends when the last connection has, and the table stays', async () => {
  const accepted: Socket[] = [];
  const server: Server = createServer((socket) => accepted.push(socket.on('error', () => {})));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  say([1], (server.address() as AddressInfo).port);
  await start({ shutdown: { mode: 'drain' } });
  const client = connect(WEB.port, WEB.address);
  await once(client, 'connect');
  await until(async () => (await ipvs.destinations(WEB))[0]?.activeConnections === 1);

  let code: number | null | undefined;
  const ended = end().then((status) => {
    code = status;
  });
  await until(async () => (await fetch(`${PAGES}/healthz`)).status === 503);
  expect((await health()).status).toBe('draining');
  await delay(2000);
  expect(code).toBeUndefined();
  client.end();
  for (const socket of accepted) socket.end();
  await ended;
  expect(code).toBe(0);
  expect(await weights()).toEqual([1]);
  server.close();
});
