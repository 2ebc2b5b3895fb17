// @ts-check
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { Documents } from '../src/documents.mjs';
import { register } from '../src/etcd/registration.mjs';
import { EtcdSource } from '../src/sources/etcd.mjs';
import { EtcdMember } from './support/etcd.mjs';
import { until } from './support/until.mjs';

const log = pino({ level: 'silent' });
const document = (/** @type {number} */ port) =>
  JSON.stringify({ protocol: 'tcp', address: '192.0.2.1', port });

/** @type {EtcdMember} */
let member;
/** @type {import('../src/etcd/connection.mjs').EtcdConnection} */
let etcd;
before(async () => {
  member = await EtcdMember.start();
  etcd = await member.connect();
});
after(async () => {
  etcd?.close();
  await member?.dispose();
});

/** A source that runs until the test ends. @param {import('node:test').TestContext} context @param {string} prefix */
function follow(context, prefix) {
  const documents = new Documents();
  const source = new EtcdSource({ endpoints: [member.endpoint], prefix }, log);
  const end = new AbortController();
  const running = source.run(documents, () => {}, end.signal);
  context.after(async () => {
    end.abort();
    await running;
  });
  const ports = () => documents.services().map(({ spec }) => /** @type {any} */ (spec).port);
  return {
    documents,
    source,
    ports,
    is: (/** @type {number[]} */ ...of) => until(() => `${ports()}` === `${of}`),
  };
}

test('what is there is read in pages, and what changes is followed', async (context) => {
  await Promise.all(
    Array.from({ length: 2100 }, (_, n) => etcd.put(`/many/services/s${n}`, document(n + 1))),
  );
  const { documents, is } = follow(context, '/many/');
  await until(() => documents.services().length === 2100);
  await etcd.put('/many/services/s0', document(5000));
  await until(() => documents.services().some(({ spec }) => 'port' in spec && spec.port === 5000));
  assert.equal(await etcd.deleteAll('/many/'), 2100);
  await is();
});

test('a registration lives as long as its process, and comes back after its lease was lost', async (context) => {
  const { documents, is } = follow(context, '/reg/');
  await etcd.put('/reg/services/web', document(80));
  await is(80);
  const end = new AbortController();
  const servers = () => documents.services()[0]?.servers.size;
  const value = JSON.stringify({ address: '10.0.0.1', port: 80 });
  const registered = register(
    { endpoints: [member.endpoint] },
    { key: '/reg/servers/web/a', value, seconds: 3 },
    end.signal,
  );
  await until(() => servers() === 1);
  const [lease] = /** @type {any} */ (etcdctl('lease', 'list')).leases;
  etcdctl('lease', 'revoke', lease.id);
  await until(() => servers() === 0);
  await until(() => servers() === 1);
  end.abort();
  await registered;
  await until(() => servers() === 0);
});

test('a watch goes on where it was after etcd was away, and nothing is read twice', async (context) => {
  await etcd.put('/away/services/a', document(80));
  const { source, is } = follow(context, '/away/');
  await is(80);
  await until(() => source.status.isCurrent);
  await member.kill();
  await until(() => !source.status.isCurrent);
  await is(80);
  member.run();
  await until(() => etcd.put('/away/services/b', document(81).replace('.1', '.2')).then(() => true));
  await is(80, 81);
  assert.equal(source.status.isCurrent, true);
});

test('a revision that was compacted meanwhile has everything read again', async (context) => {
  await etcd.put('/old/services/a', document(80));
  const { source, is } = follow(context, '/old/');
  await is(80);
  await until(() => source.status.isCurrent);
  // As if this source had slept since then.
  await member.kill();
  await until(() => !source.status.isCurrent);
  source.revision = 2;
  member.run();
  await until(() => etcd.deleteAll('/old/').then(() => true));
  await etcd.put('/old/services/b', document(82));
  const { revision } = await etcd.list('/old/');
  etcdctl('compaction', String(revision));
  await is(82);
});

test('an etcd that was restored from before what was seen has everything read again', async (context) => {
  await etcd.put('/restored/services/a', document(80));
  const { source, is } = follow(context, '/restored/');
  await is(80);
  await until(() => source.status.isCurrent);
  await member.kill();
  await until(() => !source.status.isCurrent);
  source.revision = 1_000_000;
  member.run();
  await until(() => etcd.put('/restored/services/a', document(83)).then(() => true));
  await is(83);
});

/** @param {...string} args */
function etcdctl(...args) {
  const env = { ...process.env, ETCDCTL_API: '3' };
  const out = execFileSync('etcdctl', ['--endpoints', member.endpoint, '-w', 'json', ...args], {
    env,
    encoding: 'utf8',
  });
  try {
    // The IDs of leases are longer than numbers.
    return JSON.parse(
      out.replace(/("(?:id|ID)":)(\d+)/g, (_, name, id) => `${name}"${BigInt(id).toString(16)}"`),
    );
  } catch {
    return out;
  }
}
