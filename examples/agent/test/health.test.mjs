// @ts-check
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Documents } from '../src/documents.mjs';
import { Monitor } from '../src/health/monitor.mjs';
import { judge } from '../src/health/verdict.mjs';
import { fakeTime, pass } from './support/fake-time.mjs';

const check = { type: 'tcp', interval: 1000, timeout: 400, rise: 2, fall: 3, jitter: 0.2 };

/** @type {() => void} */
let realTime;
beforeEach(() => {
  realTime = fakeTime();
});
afterEach(() => realTime());

/** @param {number} servers @param {object} [health] */
function services(servers, health = {}) {
  const documents = new Documents();
  const service = {
    protocol: 'tcp',
    address: '192.0.2.1',
    port: 80,
    health: { ...check, ...health },
    servers: Array.from({ length: servers }, (_, n) => ({ address: `10.0.${n >> 8}.${n & 255}`, port: 80 })),
  };
  documents.set('services/web', JSON.stringify(service));
  return documents.services();
}

test('a server comes up at its first good check, goes after `fall` bad ones, and is back after `rise` good ones', async () => {
  let isWell = true;
  /** @type {string[]} */
  const seen = [];
  const monitor = new Monitor({
    concurrency: 10,
    probe: async () => {
      if (!isWell) throw new Error('refused');
    },
    changed: ({ health }) => seen.push(`${health} ${Math.floor(Date.now() / 1000)}`),
  });
  monitor.watch(services(1));
  await pass(900);
  assert.deepEqual(seen, ['up 0']);
  isWell = false;
  await pass(1500); // one or two checks: not yet
  assert.equal(seen.length, 1);
  await pass(2500);
  assert.equal(seen.length, 2);
  assert.match(seen[1] ?? '', /^down/);
  isWell = true;
  await pass(3000);
  assert.match(seen[2] ?? '', /^up/);
  monitor.stop();
});

test('a check that takes longer than its timeout has failed, and none begins before the last has ended', async () => {
  let running = 0;
  let most = 0;
  const monitor = new Monitor({
    concurrency: 10,
    probe: (_, __, signal) =>
      new Promise((_resolve, reject) => {
        most = Math.max(most, ++running);
        signal.addEventListener('abort', () => {
          running--;
          reject(signal.reason);
        });
      }),
    changed: ({ failure }) => assert.equal(failure, 'no answer within 400 ms'),
  });
  monitor.watch(services(1, { interval: 100 }));
  await pass(3000);
  assert.equal(most, 1);
  assert.equal(monitor.healthOf('tcp 192.0.2.1:80', '10.0.0.0:80'), 'down');
  monitor.stop();
  assert.equal(running, 0);
});

test('a thousand servers are checked without a pile-up, and not all at once', async () => {
  let running = 0;
  let most = 0;
  let checks = 0;
  const monitor = new Monitor({
    concurrency: 50,
    probe: async () => {
      most = Math.max(most, ++running);
      checks++;
      await new Promise((resolve) => setTimeout(resolve, 10));
      running--;
    },
    changed: () => {},
  });
  monitor.watch(services(1000));
  await pass(20_000);
  assert.equal(most, 50);
  assert.ok(checks > 1000, `${checks} checks`);
  monitor.stop();
});

test('servers that stay are not checked anew when others come and go', async () => {
  const checked = new Map();
  const monitor = new Monitor({
    concurrency: 10,
    probe: async (_, { address }) => void checked.set(address, (checked.get(address) ?? 0) + 1),
    changed: () => {},
  });
  monitor.watch(services(1, { jitter: 0 }));
  await pass(500);
  monitor.watch(services(2, { jitter: 0 }));
  await pass(400);
  assert.equal(checked.get('10.0.0.0'), 1);
  assert.equal(checked.get('10.0.0.1'), 1);
  monitor.stop();
});

test('below the panic threshold all count as healthy; what is unknown keeps its weight', () => {
  const [service] = services(4);
  assert.ok(service);
  const weights = (/** @type {Record<string, 'up' | 'down' | 'unknown'>} */ found) => {
    const { weights: given, isPanic } = judge(service, (_, server) => found[server] ?? 'up');
    return { given: [...given.values()], isPanic };
  };
  const [a, b, c, d] = [...service.servers.keys()];
  assert.deepEqual(weights({ [`${a}`]: 'down', [`${b}`]: 'down' }), {
    given: [0, 0, 100, 100],
    isPanic: false,
  });
  assert.deepEqual(weights({ [`${a}`]: 'down', [`${b}`]: 'down', [`${c}`]: 'down' }), {
    given: [100, 100, 100, 100],
    isPanic: true,
  });
  assert.deepEqual(weights({ [`${d}`]: 'unknown', [`${a}`]: 'down' }), {
    given: [0, 100, 100, undefined],
    isPanic: false,
  });
});

/** When the checks of one server begin. @param {object} health @param {(n: number) => boolean} [isWell] */
async function watchOne(health, isWell = () => true) {
  /** @type {number[]} */
  const begun = [];
  /** @type {string[]} */
  const seen = [];
  const monitor = new Monitor({
    concurrency: 10,
    probe: async () => {
      begun.push(Date.now());
      if (!isWell(begun.length)) throw new Error('refused');
    },
    changed: ({ health: found }) => seen.push(`${found} ${begun.length}`),
  });
  monitor.watch(services(1, health));
  await pass(60_000);
  monitor.stop();
  return { seen, gaps: begun.slice(1).map((at, n) => at - /** @type {number} */ (begun[n])) };
}

test('checks begin `interval` apart, give or take `jitter`', async () => {
  const exact = await watchOne({ jitter: 0, interval: 2000 });
  assert.deepEqual(new Set(exact.gaps), new Set([2000]));
  const { gaps } = await watchOne({ jitter: 0.2, interval: 2000 });
  assert.ok(Math.min(...gaps) >= 1600 && Math.max(...gaps) <= 2400, `${gaps}`);
  assert.ok(new Set(gaps).size > 10, `${gaps}`);
});

test('`fall` and `rise` count checks in a row: single ones among others change nothing', async () => {
  const isWell = (/** @type {number} */ n) =>
    !(n === 5 || n === 7 || n === 8 || (n >= 20 && n <= 29) || n === 31);
  const { seen } = await watchOne({ rise: 2, fall: 3, jitter: 0 }, isWell);
  assert.deepEqual(seen, ['up 1', 'down 22', 'up 33']);
});
