/** A table of 100,000 rules: what listing it takes, beside ipvsadm, which lists the same. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Command, IpvsSync } from '../../../lib/index';
import { Namespace } from '../control/namespace';
import { PROGRAM } from './program';
import { Terminal } from './terminal';

const NAME = 'lvs-large';
const [SERVICES, SERVERS] = [10_000, 9];

/** Bytes beyond what Node takes with an empty program. */
const MORE_MEMORY = 40 * 1024 * 1024;

const folder = mkdtempSync(join(tmpdir(), 'lvs-large-'));
const inFolder = (name: string) => join(folder, name);

let namespace: Namespace;
let terminal: Terminal;

beforeAll(async () => {
  namespace = await Namespace.make(NAME, ['link set lo up']);
  terminal = new Terminal(NAME);
  const ipvs = IpvsSync.open({ netns: namespace.path });
  ipvs.batch(rules());
  ipvs.close();
  writeFileSync(inFolder('empty.js'), '');
  writeFileSync(
    inFolder('peak.js'),
    `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)));`,
  );
}, 120_000);
afterAll(async () => {
  await terminal?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function* rules(): Generator<Command> {
  const text = (first: number, n: number) => `10.${first}.${n >> 8}.${n & 255}`;
  for (let n = 0; n < SERVICES; n++) {
    const service = { protocol: 'tcp', address: text(1, n), port: 80 } as const;
    yield { op: 'addService', service: { ...service, scheduler: 'rr' } };
    for (let server = SERVERS; server > 0; server--) {
      const destination = { address: text(2, n + server), port: 8080, forward: 'masq' } as const;
      yield { op: 'addDestination', service, destination };
    }
  }
}

/** Runs a program whose output goes into a file; returns the processor's time of it, in seconds. */
async function processorTime(program: readonly string[], output: string): Promise<number> {
  const command = program.map((word) => `'${word}'`).join(' ');
  const { stderr, status } = await terminal.run([
    'bash',
    '-c',
    `TIMEFORMAT='%U %S'; time PEAK='${inFolder('peak')}' ${command} > '${inFolder(output)}'`,
  ]);
  expect({ stderr, status }).toMatchObject({ stderr: expect.stringMatching(/^[\d.]+ [\d.]+\n$/), status: 0 });
  const [user = NaN, system = NaN] = stderr.split(' ').map(Number);
  return user + system;
}

/** The same of a program of Node's, and the most memory that it took, in bytes. */
async function peak(program: readonly string[], output: string) {
  const time = await processorTime([process.execPath, '-r', inFolder('peak.js'), ...program], output);
  return { time, memory: Number(readFileSync(inFolder('peak'), 'utf8')) * 1024 };
}

test.each(['-L', '-S'])(
  '%s prints what ipvsadm prints, in no more time, and takes little memory beyond that of Node',
  async (command) => {
    const empty = await peak([inFolder('empty.js')], 'nothing');
    const ours = await peak([PROGRAM, command, '-n'], 'ours');
    const theirs = await processorTime(['ipvsadm', command, '-n'], 'theirs');
    expect(readFileSync(inFolder('ours')).equals(readFileSync(inFolder('theirs')))).toBe(true);
    expect(readFileSync(inFolder('ours'), 'latin1').split('\n').length).toBeGreaterThan(SERVICES * SERVERS);
    expect(ours.memory - empty.memory).toBeLessThan(MORE_MEMORY);
    expect(ours.time / theirs).toBeLessThanOrEqual(1);
  },
  120_000,
);
