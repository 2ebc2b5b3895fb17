/** `lvsadm top` in a real terminal. */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Command, IpvsSync } from '../../../lib/index';
import { PROGRAM } from '../lvsadm/program';

const ipvs = IpvsSync.open();
const WEB = { protocol: 'tcp', address: '10.77.0.1', port: 80 } as const;
const MARK = { fwmark: 77 } as const;

function tmux(...words: string[]): string {
  return execFileSync('tmux', ['-f', '/dev/null', '-L', 'lvs', ...words], { encoding: 'utf8' });
}

/** A terminal whose shell says what the program ended with, and how often the terminal's modes then have `-icanon`. */
function open(environment = ''): void {
  const line = `${environment} ${process.execPath} ${PROGRAM} top; echo "ended $? $(stty -a | grep -c -e -icanon)"`;
  const words = ['-d', '-s', 'top', '-x', '120', '-y', '20'];
  tmux('new-session', ...words, `export LC_ALL=C.UTF-8; ${line}; sleep 1000`);
}

function close(): void {
  tmux('kill-session', '-t', 'top');
}

async function shows(pattern: RegExp): Promise<string> {
  let screen = '';
  for (let tries = 0; tries < 300; tries++) {
    screen = tmux('capture-pane', '-p', '-t', 'top');
    if (pattern.test(screen)) return screen;
    await setTimeout(100);
  }
  throw new Error(`${pattern} did not appear:\n${screen}`);
}

function processOf(): number {
  return Number(
    execFileSync('pgrep', ['-f', `${PROGRAM} top`], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .at(-1),
  );
}

beforeAll(() => {
  // The server ends with its last session.
  tmux('new-session', '-d', '-s', 'stays', 'sleep 10000');
  ipvs.flush();
  ipvs.batch([
    { op: 'addService', service: WEB },
    { op: 'addDestination', service: WEB, destination: { address: '10.77.1.1', port: 80, weight: 5 } },
    { op: 'addDestination', service: WEB, destination: { address: '10.77.1.2', port: 80, weight: 0 } },
    { op: 'addService', service: MARK },
  ]);
});

afterAll(() => {
  tmux('kill-server');
  ipvs.flush();
  ipvs.close();
});

test('keys sort, filter, expand, pause and help; q leaves the terminal as it was', async () => {
  open();
  const first = await shows(/tcp 10\.77\.0\.1:80 \(1\/2\)/);
  expect(first).not.toContain('10.77.1.1');
  expect(first.indexOf('fwmark 77')).toBeLessThan(first.indexOf('tcp 10.77'));
  tmux('send-keys', '-t', 'top', 'N', 'R');
  const reversed = await shows(/SERVICE\^/);
  expect(reversed.indexOf('fwmark 77')).toBeGreaterThan(reversed.indexOf('tcp 10.77'));
  tmux('send-keys', '-t', 'top', 'Enter');
  await shows(/^ {4}10\.77\.1\.1:80 +5 /m);
  tmux('send-keys', '-t', 'top', 'Z');
  await shows(/PAUSED/);
  tmux('send-keys', '-t', 'top', 'Z', 'u');
  await shows(/IN B\/s/);
  tmux('send-keys', '-t', 'top', '?');
  await shows(/q, F10 +quit/);
  tmux('send-keys', '-t', 'top', 'x', '/', 'fwm', 'Enter');
  expect(await shows(/Filter: fwm \(1 services/)).not.toContain('tcp 10.77');
  tmux('resize-window', '-t', 'top', '-x', '100', '-y', '10');
  expect((await shows(/Filter: fwm/)).trimEnd().split('\n').length).toBeLessThanOrEqual(10);
  tmux('send-keys', '-t', 'top', 'q');
  expect(await shows(/ended 0 0/)).not.toContain('lvsadm top');
  close();
});

test.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGQUIT', 131],
] as const)('%s gives the terminal back, too', async (signal, status) => {
  open();
  await shows(/fwmark 77/);
  process.kill(processOf(), signal);
  await shows(new RegExp(`ended ${status} 0`));
  expect(tmux('display-message', '-p', '-t', 'top', '#{alternate_on} #{cursor_flag}').trim()).toBe('0 1');
  close();
});

test('so does an error that nobody expected, and its trace can be read', async () => {
  const preload = join(mkdtempSync('/run/lvs-top-'), 'throws.cjs');
  writeFileSync(preload, "process.on('SIGUSR2', () => { throw new Error('unheard of'); });");
  open(`NODE_OPTIONS='--require ${preload}'`);
  await shows(/fwmark 77/);
  process.kill(processOf(), 'SIGUSR2');
  expect(await shows(/ended 1 0/)).toContain('lvsadm top: Error: unheard of');
  expect(tmux('display-message', '-p', '-t', 'top', '#{alternate_on} #{cursor_flag}').trim()).toBe('0 1');
  close();
});

test('where the terminal goes away the program ends', async () => {
  open();
  await shows(/fwmark 77/);
  const pid = processOf();
  close();
  for (let tries = 0; existsSync(`/proc/${pid}`); tries++) {
    if (tries > 100) throw new Error('it still runs');
    await setTimeout(100);
  }
});

test('without a terminal it prints plain text, and ends where nobody reads', () => {
  const words = [PROGRAM, 'top', '--servers', '--count', '2', '--interval', '0.1'];
  const { stdout, status } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout.match(/^ {4}10\.77\.1\.2:80 +0 /gm)).toHaveLength(2);
  expect(stdout).not.toContain('\x1b');
  const piped = `${process.execPath} ${PROGRAM} top --interval 0.1 | head -1`;
  expect(spawnSync('sh', ['-c', piped], { encoding: 'utf8', timeout: 30_000 })).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('2 services'),
  });
});

test('5,000 services: the last of them is reached', async () => {
  const services = Array.from({ length: 5000 }, (_, n) => ({
    ...WEB,
    address: `10.78.${n >> 8}.${n & 255}`,
  }));
  ipvs.batch(services.map((service): Command => ({ op: 'addService', service })));
  open();
  await shows(/5002 services/);
  tmux('send-keys', '-t', 'top', 'N', 'G');
  expect(await shows(/tcp 10\.78\.9\.99:80/)).not.toContain('fwmark 77');
  close();
});
