/** `lvsadm bench` on the kernel: every way has figures, and the table in use is as it was. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { IpvsSync } from '../../../lib/index';
import { configurationsOf } from '../control/configuration';
import { PROGRAM } from './program';

const SMALL = ['--rules', '24', '--services', '4', '--seconds', '0.001', '--json'];

const ipvs = IpvsSync.open();
const STANDING = { protocol: 'tcp', address: '198.51.100.77', port: 7 } as const;
beforeAll(() => ipvs.addService(STANDING));
afterAll(() => {
  ipvs.deleteService(STANDING);
  ipvs.close();
});

const bench = async (...words: string[]) =>
  JSON.parse((await promisify(execFile)(process.execPath, [PROGRAM, 'bench', ...words])).stdout);

const CHANGING = ['batch', 'concurrent', 'one by one', 'sync'];
const READING = ['async', 'sync'];

test.each([
  ['churn', CHANGING, 1000],
  ['add', CHANGING, 24],
  ['weights', CHANGING, 20],
  ['list', READING, 24],
])('%s', async (trial, ways, rules) => {
  const before = configurationsOf(ipvs);
  const { figures, ...said } = await bench(trial, ...SMALL);
  expect(said).toMatchObject({ trial, services: 4, destinations: 5, node: process.version });
  const expected = ['netlink', 'socket-options'].flatMap((channel) => ways.map((way) => ({ way, channel })));
  expect(figures).toMatchObject([...expected, { way: 'ipvsadm', channel: 'process' }]);
  for (const { rate, rules: done, p50, p99, p999, calls } of figures) {
    expect(done % rules).toBe(0);
    expect(rate).toBeGreaterThan(0);
    expect(calls).toBeGreaterThan(0);
    expect([p50, p99, p999]).toEqual([p50, p99, p999].sort((a, b) => a - b));
    expect(p50).toBeGreaterThan(0);
  }
  expect(configurationsOf(ipvs)).toEqual(before);
});

/** Every network namespace that a process is in or holds. */
function namespaces(): Set<string> {
  const paths = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readdirSync(`/proc/${pid}/fd`).map((fd) => `/proc/${pid}/fd/${fd}`);
      } catch {
        return [];
      }
    });
  return new Set(
    paths.flatMap((path) => {
      try {
        const target = readlinkSync(path);
        return target.startsWith('net:') ? [target] : [];
      } catch {
        return [];
      }
    }),
  );
}

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

test.each(['SIGINT', 'SIGKILL'] as const)('%s leaves nothing behind', async (signal) => {
  const before = namespaces();
  const words = [PROGRAM, 'bench', 'churn', '--rules', '24', '--seconds', '60'];
  const running = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  child = running;
  // Each round has a namespace of its own, and between two there is none.
  let seen = namespaces();
  for (; seen.size === before.size && running.exitCode === null; seen = namespaces()) await setTimeout(20);
  expect(seen.size).toBeGreaterThan(before.size);
  running.kill(signal);
  const [[status]] = await Promise.all([once(running, 'exit'), text(running.stderr)]);
  expect(status).toBe(signal === 'SIGINT' ? 1 : null);
  expect(namespaces()).toEqual(before);
});

test('without the right to make a namespace it says so, and does nothing', async () => {
  const words = ['--bounding-set=-sys_admin', '--inh-caps=-sys_admin', process.execPath, PROGRAM, 'bench'];
  const refused = promisify(execFile)('setpriv', words);
  await expect(refused).rejects.toMatchObject({ stderr: expect.stringContaining('needs CAP_SYS_ADMIN') });
});
