/** Names of hosts from a name server that answers nothing until it was asked everything. */

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { run } from '../../../lab/shell';
import { type Command, IpvsSync } from '../../../lib/index';
import { PROGRAM } from './program';
import { Terminal } from './terminal';

const CONFIGURATION = `/run/lvs-resolv-${process.pid}`;
const OUTPUT = `/run/lvs-listing-${process.pid}`;
const SERVERS = 40;
const WEB = { protocol: 'tcp', address: '10.44.0.254', port: 80 } as const;

const nameServer = createSocket('udp4');
let terminal: Terminal;
let ipvs: IpvsSync;

beforeAll(async () => {
  await once(nameServer.bind(53, '127.0.0.1'), 'listening');
  // The machine's file is not touched: another one is seen in its place.
  writeFileSync(CONFIGURATION, 'nameserver 127.0.0.1\noptions timeout:30 attempts:1\n');
  await run('mount', ['--bind', CONFIGURATION, '/etc/resolv.conf']);
  terminal = new Terminal();
  ipvs = IpvsSync.open();
  ipvs.flush();
});
afterAll(async () => {
  ipvs?.flush();
  ipvs?.close();
  await terminal?.[Symbol.asyncDispose]();
  await run('umount', ['/etc/resolv.conf']);
  rmSync(CONFIGURATION);
  rmSync(OUTPUT, { force: true });
  nameServer.close();
});

/** `7.0.44.10.in-addr.arpa`, and where the question ends. */
function questionOf(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] as number; length > 0; length = query[at] as number) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 5 };
}

/** One pointer record. */
function answerTo(query: Buffer, host: string): Buffer {
  const labels = host.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  const target = Buffer.concat([...labels, Buffer.from([0])]);
  const record = Buffer.from([0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60, 0, target.length]);
  const header = Buffer.from([query[0] as number, query[1] as number, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
  return Buffer.concat([header, query.subarray(12, questionOf(query).end), record, target]);
}

test('a listing asks for all names at once, and for each once', async () => {
  const destinations = Array.from({ length: SERVERS }, (_, i) => ({ address: `10.44.0.${i + 1}`, port: 80 }));
  ipvs.batch([
    { op: 'addService', service: WEB },
    ...destinations.map((destination): Command => ({ op: 'addDestination', service: WEB, destination })),
  ]);

  const asked: string[] = [];
  const answers: (() => void)[] = [];
  nameServer.on('message', (query, peer) => {
    const { name } = questionOf(query);
    asked.push(name);
    answers.push(() =>
      nameServer.send(answerTo(query, `host-${name.split('.')[0]}.test`), peer.port, peer.address),
    );
    if (answers.length === SERVERS + 1) for (const answer of answers) answer();
  });

  const { stdout, stderr, status } = await terminal.run([process.execPath, PROGRAM, '-L']);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(stdout).toContain('TCP  host-254.test:http wlc\n');
  for (const i of destinations.keys()) expect(stdout).toContain(`  -> host-${i + 1}.test:http `);
  expect(new Set(asked).size).toBe(SERVERS + 1);
  expect(asked).toHaveLength(SERVERS + 1);
});

/** What a command line has a terminal show on standard error, where standard output is none. */
async function shown(line: string): Promise<string> {
  const words = ['script', '--quiet', '--return', '--command', line, '/dev/null'];
  const { stdout, status } = await terminal.run(words);
  expect(status).toBe(0);
  return stdout;
}

const ERASE = '\r\x1b[K';

test('a listing that waits for names says so on a terminal, and takes it away', async () => {
  nameServer.removeAllListeners('message');
  nameServer.on('message', (query, peer) => {
    setTimeout(() => nameServer.send(answerTo(query, 'late.test'), peer.port, peer.address), 2500);
  });
  const listing = `'${process.execPath}' '${PROGRAM}' -L >${OUTPUT}`;
  const screen = await shown(listing);
  expect(screen).toContain(`\rlvsadm: 0 of ${SERVERS + 1} names looked up\x1b[K`);
  expect(screen.endsWith(ERASE)).toBe(true);
  expect(readFileSync(OUTPUT, 'utf8')).toContain('late.test');
  // Nobody at a terminal, nothing said.
  const { stderr } = await terminal.run(['sh', '-c', listing]);
  expect(stderr).toBe('');
});

test('so does one whose lines are many, but not where they are seen themselves', async () => {
  // Some 26 bytes each, which are written by 64 KiB: the second write waits for the reader, and lines follow.
  const services = Array.from({ length: 8000 }, (_, n) => ({
    ...WEB,
    address: `10.45.${n >> 8}.${n & 255}`,
  }));
  ipvs.batch(services.map((service): Command => ({ op: 'addService', service })));
  const listing = `'${process.execPath}' '${PROGRAM}' -L -n`;
  // A reader that takes its time from the first byte on: a pipe holds 64 KiB.
  const screen = await shown(`${listing} | { dd bs=1 count=1; sleep 2; cat; } 2>/dev/null >${OUTPUT}`);
  expect(screen).toContain(` lines${ERASE.slice(1)}`);
  expect(screen.endsWith(ERASE)).toBe(true);
  expect(readFileSync(OUTPUT, 'utf8').split('\n').length).toBeGreaterThan(8000);
  const seen = await shown(`${listing}; sleep 1`);
  expect(seen).toContain('TCP  10.45.31.63:80 wlc');
  expect(seen).not.toContain(' lines');
});
