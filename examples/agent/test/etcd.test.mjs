// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { check } from '../src/check.mjs';
import { checkConfig } from '../src/config.mjs';
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
  for (let first = 0; first < 2100; first += 100) {
    const some = Array.from({ length: 100 }, (_, n) => first + n);
    await Promise.all(some.map((n) => etcd.put(`/many/services/s${n}`, document(n + 1))));
  }
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
  const [lease] = /** @type {any} */ (member.etcdctl('lease', 'list')).leases;
  member.etcdctl('lease', 'revoke', lease.id);
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
  member.etcdctl('compaction', String(revision));
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

test('what comes and goes under a lease is one revision each, however many keys go at once', async (context) => {
  const { documents, is } = follow(context, '/lease/');
  await etcd.put('/lease/services/web', document(84));
  await is(84);
  const lease = await etcd.grant(3600);
  const value = (/** @type {number} */ n) => JSON.stringify({ address: `10.0.0.${n}`, port: 80 });
  for (let n = 1; n <= 5; n++) await etcd.put(`/lease/servers/web/${n}`, value(n), lease);
  await until(() => documents.services()[0]?.servers.size === 5);
  await etcd.revoke(lease);
  await until(() => documents.services()[0]?.servers.size === 0);
});

test('a bad document is a problem by key and field, and the last good one stays', async (context) => {
  const { documents, is } = follow(context, '/bad/');
  await etcd.put('/bad/services/web', document(85));
  await is(85);
  await etcd.put('/bad/services/web', JSON.stringify({ protocol: 'tcp', address: '192.0.2.1', port: 'x' }));
  const [problem] = await until(() => documents.problems().length > 0 && documents.problems());
  assert.deepEqual([problem?.key, problem?.field], ['services/web', 'port']);
  await is(85);
});

test('`check` reads what etcd holds, and asks the next member where one is away', async () => {
  await etcd.put('/check/services/web', document(86));
  /** @type {string[]} */
  const said = [];
  const config = checkConfig(
    { source: { etcd: { endpoints: ['http://127.0.0.1:1', member.endpoint], prefix: '/check/' } } },
    'test',
  );
  assert.equal(await check(config, (line) => said.push(line)), 0);
  await etcd.put('/check/services/web', '{');
  assert.equal(await check(config, (line) => said.push(line)), 1);
  assert.equal(said[0], '1 services, all good');
  assert.match(said[1] ?? '', /^services\/web: .*JSON/);
});
