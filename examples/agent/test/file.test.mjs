// @ts-check
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { Documents } from '../src/documents.mjs';
import { FileSource } from '../src/sources/file.mjs';
import { until } from './support/until.mjs';

const folder = mkdtempSync(join(tmpdir(), 'ipvs-agent-'));
after(() => rmSync(folder, { recursive: true }));

const yaml = (/** @type {string} */ name, /** @type {number | string} */ port) =>
  `services:\n  ${name}: { protocol: tcp, address: 192.0.2.1, port: ${port} }\n`;

test('a file is read, read again when it is replaced, and refused whole', async () => {
  const file = join(folder, 'services.yaml');
  writeFileSync(file, yaml('web', 80));
  const documents = new Documents();
  const source = new FileSource(file, pino({ level: 'silent' }));
  const end = new AbortController();
  const names = () => documents.services().map(({ name }) => name);
  let changes = 0;
  const running = source.run(documents, () => changes++, end.signal);

  await until(() => names()[0] === 'web');
  writeFileSync(`${file}.new`, yaml('www', 80));
  renameSync(`${file}.new`, file);
  await until(() => names()[0] === 'www');

  writeFileSync(file, yaml('www', 80) + yaml('bad', 'x').replace('services:\n', ''));
  await until(() => source.status.problems.length > 0);
  assert.deepEqual(source.status.problems[0]?.key, 'services/bad');
  assert.deepEqual(names(), ['www']);

  rmSync(file);
  await until(() => source.status.problems[0]?.key === file);
  assert.deepEqual(names(), ['www']);

  writeFileSync(file, yaml('back', 80));
  source.reload();
  await until(() => names()[0] === 'back' && source.status.isCurrent);
  assert.equal(changes >= 3, true);
  end.abort();
  await running;
});

test('links that lead to another file are followed, and SIGHUP reads what no event tells of', async () => {
  const mount = join(folder, 'configmap');
  for (const [version, port] of [
    ['v1', 80],
    ['v2', 81],
  ]) {
    mkdirSync(join(mount, String(version)), { recursive: true });
    writeFileSync(join(mount, String(version), 'services.yaml'), yaml('web', Number(port)));
  }
  symlinkSync('v1', join(mount, '..data'));
  symlinkSync('..data/services.yaml', join(mount, 'services.yaml'));
  const documents = new Documents();
  const source = new FileSource(join(mount, 'services.yaml'), pino({ level: 'silent' }));
  const end = new AbortController();
  const running = source.run(documents, () => {}, end.signal);
  const port = () => documents.services().map(({ spec }) => 'port' in spec && spec.port)[0];
  await until(() => port() === 80);

  symlinkSync('v2', join(mount, '..new'));
  renameSync(join(mount, '..new'), join(mount, '..data'));
  await until(() => port() === 81);

  writeFileSync(join(mount, 'v2', 'services.yaml'), yaml('web', 82));
  await delay(300);
  assert.equal(port(), 81);
  source.reload();
  await until(() => port() === 82);
  end.abort();
  await running;
});
