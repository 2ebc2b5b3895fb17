// @ts-check
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = mkdtempSync(join(tmpdir(), 'ipvs-agent-'));
after(() => rmSync(folder, { recursive: true }));
const pathOf = (/** @type {string} */ name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** @param {string} config @returns {Promise<{ status: number, said: string }>} */
function check(config) {
  const file = join(folder, 'agent.yaml');
  writeFileSync(file, config);
  return new Promise((resolve) => {
    const args = [pathOf('bin/ipvs-agent.mjs'), 'check', '--config', file];
    execFile(process.execPath, args, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), said: stdout + stderr });
    });
  });
}

test('the examples are good', async () => {
  const config = readFileSync(pathOf('config/agent.yaml'), 'utf8');
  const { status, said } = await check(
    config.replace('/etc/ipvs-agent/services.yaml', pathOf('config/services.yaml')),
  );
  assert.deepEqual({ status, said }, { status: 0, said: '2 services, all good\n' });
});

test('a bad document is named by key and field, and the exit status says so', async () => {
  const services = join(folder, 'services.yaml');
  writeFileSync(
    services,
    'services: { web: { protocol: tcp, address: 192.0.2.1, port: 80, servers: [{ port: 1 }] } }',
  );
  const { status, said } = await check(`source: { file: ${services} }`);
  assert.equal(status, 1);
  assert.match(said, /^services\/web: servers\[0\]\.address: /);
});

test('without a configured source it is the file in /etc', async () => {
  const { status, said } = await check('log: info');
  assert.equal(status, 1);
  assert.match(said, /^\/etc\/ipvs-agent\/services\.yaml: /);
});

test('a bad configuration is named by field', async () => {
  const { status, said } = await check('source: { file: /x }\nlisten: { port: 99999 }\nreconcil: {}');
  assert.equal(status, 1);
  assert.match(said, /listen\.port: .*65535/);
  assert.match(said, /reconcil/);
});
