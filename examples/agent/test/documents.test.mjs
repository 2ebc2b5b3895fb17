// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Documents } from '../src/documents.mjs';

const web = {
  protocol: 'tcp',
  address: '192.0.2.1',
  port: 80,
  servers: [{ address: '10.0.0.1', port: 8080 }],
};
const text = (/** @type {object} */ changes = {}) => JSON.stringify({ ...web, ...changes });

test('a service is what its document and its registrations say, in the kernel’s canonical form', () => {
  const documents = new Documents();
  documents.set('services/web', text({ address: '2001:DB8:0::1', forward: 'tunnel' }));
  documents.set('servers/web/a', JSON.stringify({ address: '2001:db8::00a', port: 80, weight: 7 }));
  const [service] = documents.services();
  assert.equal(service?.id, 'tcp [2001:db8::1]:80');
  assert.deepEqual(
    [...(service?.servers ?? [])].map(([id, { weight, forward }]) => [id, weight, forward]),
    [
      ['10.0.0.1:8080', 100, 'tunnel'],
      ['[2001:db8::a]:80', 7, 'tunnel'],
    ],
  );
  documents.delete('servers/web/a');
  assert.equal(documents.services()[0]?.servers.size, 1);
});

for (const [what, bad, field, message] of /** @type {const} */ ([
  ['no JSON', '{', '', /JSON/],
  ['a field that is not known', text({ schedular: 'rr' }), '', /schedular/],
  ['a value of the wrong type', text({ port: '80' }), 'port', /number/],
  [
    'a bad server',
    text({ servers: [{ address: '10.0.0.1', port: 8080, weight: -1 }] }),
    'servers[0].weight',
    />=0/,
  ],
  ['an address that is none', text({ address: 'web.example' }), 'address', /IPv4 or IPv6/],
  ['a port of 0 without persistence', text({ port: 0 }), 'port', /persistence/],
  [
    'an IPv6 server without a tunnel',
    text({ servers: [{ address: '::1', port: 80 }] }),
    'servers[0]',
    /tunnel|EINVAL|family/,
  ],
  [
    'a server that is named twice',
    text({ servers: [...web.servers, ...web.servers] }),
    'servers[1]',
    /EEXIST/,
  ],
])) {
  test(`${what} is reported by key and field, and the last good document stays`, () => {
    const documents = new Documents();
    documents.set('services/web', text());
    assert.equal(documents.set('services/web', bad), false);
    const [problem] = documents.problems();
    assert.equal(problem?.key, 'services/web');
    assert.ok(problem?.field.startsWith(field), problem?.field);
    assert.match(problem?.message ?? '', message);
    assert.equal(documents.services()[0]?.id, 'tcp 192.0.2.1:80');
    assert.equal(documents.hasUnknown, false);

    assert.equal(documents.set('services/web', text({ port: 81 })), true);
    assert.deepEqual(documents.problems(), []);
  });
}

test('a bad document without a good one before is unknown, and so may be anything in the table', () => {
  const documents = new Documents();
  documents.set('services/web', '{');
  assert.equal(documents.hasUnknown, true);
  assert.deepEqual(documents.services(), []);
});

test('a bad registration leaves the service and its other servers alone', () => {
  const documents = new Documents();
  documents.set('services/web', text());
  documents.set('servers/web/bad', JSON.stringify({ address: 'nowhere', port: 80 }));
  documents.set('servers/web/good', JSON.stringify({ address: '10.0.0.2', port: 80 }));
  assert.equal(documents.services()[0]?.servers.size, 2);
  assert.deepEqual(
    documents.problems().map(({ key }) => key),
    ['servers/web/bad'],
  );
});

test('of two documents that name one virtual service the second waits for the first to go', () => {
  const documents = new Documents();
  documents.set('services/a', text());
  documents.set('services/b', text());
  assert.match(documents.problems()[0]?.message ?? '', /services\/a/);
  documents.delete('services/a');
  assert.deepEqual(
    documents.services().map(({ name }) => name),
    ['b'],
  );
  assert.deepEqual(documents.problems(), []);
});

test('a key that means nothing is a problem, not a failure', () => {
  const documents = new Documents();
  documents.set('else/where', '{}');
  assert.equal(documents.problems()[0]?.key, 'else/where');
});
