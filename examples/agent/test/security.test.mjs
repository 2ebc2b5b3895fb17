// @ts-check
/** etcd with TLS, certificates of clients, and users. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { checkConfig } from '../src/config.mjs';
import { Documents } from '../src/documents.mjs';
import { EtcdConnection } from '../src/etcd/connection.mjs';
import { register } from '../src/etcd/registration.mjs';
import { EtcdSource } from '../src/sources/etcd.mjs';
import { Certificates } from './support/certificates.mjs';
import { EtcdMember } from './support/etcd.mjs';
import { until } from './support/until.mjs';

const certificates = new Certificates();
const { ca, client: certificate, clientKey: key } = certificates;
const tls = { ca, certificate, key };
const passwordFile = certificates.file('password', 'secret\n');
const as = (/** @type {string} */ user) => ({ tls, user, passwordFile });

/** @type {EtcdMember} */
let member;

before(async () => {
  const { server, serverKey } = certificates;
  member = await EtcdMember.start([
    ...['--cert-file', server, '--key-file', serverKey, '--trusted-ca-file', ca, '--client-cert-auth'],
  ]);
  (await member.connect({ tls })).close();
  const run = (/** @type {string} */ line) =>
    member.etcdctl('--cacert', ca, '--cert', certificate, '--key', key, ...line.split(' '));
  run('user add root:secret');
  run('user grant-role root root');
  run('role add director');
  run('role grant-permission director read --prefix=true /ipvs/');
  run('user add director:secret');
  run('user grant-role director director');
  run('auth enable');
});
after(async () => {
  await member?.dispose();
  certificates.dispose();
});

test('a director that may only read follows its prefix, over TLS, through a restart of etcd', async (context) => {
  const { source: options } = checkConfig(
    { source: { etcd: { endpoints: [member.endpoint], ...as('director') } } },
    'test',
  );
  assert.ok('etcd' in options);
  const documents = new Documents();
  const source = new EtcdSource(options.etcd, pino({ level: 'silent' }));
  const end = new AbortController();
  const running = source.run(documents, () => {}, end.signal);
  context.after(async () => {
    end.abort();
    await running;
  });
  const root = await member.connect(as('root'));
  await root.put('/ipvs/services/web', '{"protocol":"tcp","address":"192.0.2.1","port":80}');
  await until(() => documents.services().length === 1 && source.status.isCurrent);
  // Its tokens do not outlive it.
  await member.kill();
  await until(() => !source.status.isCurrent);
  member.run();
  await until(() => source.status.isCurrent);
  root.close();
  const again = await member.connect(as('root'));
  await again.deleteAll('/ipvs/');
  await until(() => documents.services().length === 0);
  again.close();
});

test('a server registers itself as a user', async () => {
  const end = new AbortController();
  const root = await member.connect(as('root'));
  const registered = register(
    { endpoints: [member.endpoint], ...as('root') },
    { key: '/ipvs/servers/web/a', value: '{}', seconds: 60 },
    end.signal,
  );
  await until(async () => (await root.list('/ipvs/servers/')).texts.size === 1);
  end.abort();
  await registered;
  assert.equal((await root.list('/ipvs/servers/')).texts.size, 0);
  root.close();
});

for (const [what, options, message] of /** @type {const} */ ([
  ['a wrong password', { tls, user: 'director', passwordFile: ca }, /authentication failed/],
  ['no user', { tls }, /user name is empty|permission denied/],
  ['no certificate', { tls: { ca }, user: 'director', passwordFile }, /certificate|UNAVAILABLE|hang up/],
  [
    'an authority that is not etcd’s',
    { tls: { certificate, key }, user: 'director', passwordFile },
    /self-signed|certificate/,
  ],
])) {
  test(`with ${what} the source says so, and knows nothing`, async () => {
    const documents = new Documents();
    const source = new EtcdSource(
      { endpoints: [member.endpoint], prefix: '/ipvs/', ...options },
      pino({ level: 'silent' }),
    );
    const end = new AbortController();
    const running = source.run(documents, () => {}, end.signal);
    const [problem] = await until(() => source.status.problems.length > 0 && source.status.problems);
    assert.equal(problem?.key, 'etcd');
    assert.match(problem?.message ?? '', message);
    assert.equal(source.status.isCurrent, false);
    end.abort();
    await running;
  });
}

test('a director may not write', async () => {
  const connection = await EtcdConnection.open(member.endpoint, {
    endpoints: [member.endpoint],
    ...as('director'),
  });
  await assert.rejects(connection.put('/ipvs/services/web', '{}'), /permission denied/);
  connection.close();
});
