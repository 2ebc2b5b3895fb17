// @ts-check
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Simulator } from '@lvs/netlink/simulator';
import { pino } from 'pino';
import { Agent } from '../src/agent.mjs';
import { checkConfig } from '../src/config.mjs';
import { until } from './support/until.mjs';

const folder = mkdtempSync(join(tmpdir(), 'ipvs-agent-'));
after(() => rmSync(folder, { recursive: true }));

const VIP = { protocol: 'tcp', address: '192.0.2.1', port: 80 };
const OTHERS = { protocol: 'tcp', address: '192.0.2.99', port: 80 };
const health = { type: 'tcp', interval: 30, timeout: 20, fall: 2, rise: 2, jitter: 0 };

/** @typedef {Awaited<ReturnType<typeof start>>} Running */

let number = 0;

/**
 * An agent on a simulator, with a file for its source and a set of servers that fail their checks.
 *
 * @param {import('node:test').TestContext} context
 * @param {object} [options]
 * @param {Simulator} [options.simulator]
 * @param {string} [options.file]
 * @param {string} [options.state]
 * @param {object} [options.reconcile]
 * @param {string} [options.services] what the file says at first
 */
async function start(context, { simulator = new Simulator(), file, state, reconcile = {}, services } = {}) {
  const path = file ?? join(folder, `services-${++number}.yaml`);
  if (services !== undefined) writeFileSync(path, services);
  /** @type {Set<string>} */
  const dead = new Set();
  /** @type {any[]} */
  const logged = [];
  const log = pino(
    { level: 'info' },
    { write: (/** @type {string} */ line) => void logged.push(JSON.parse(line)) },
  );
  const config = checkConfig(
    {
      source: { file: path },
      listen: { port: 0 },
      ...(state !== undefined && { state }),
      reconcile: { settle: 5, driftCheck: 200, drain: { timeout: 200, interval: 10 }, ...reconcile },
    },
    'test',
  );
  const agent = await Agent.start(config, {
    log,
    backend: simulator.backend,
    probe: async (_, { address }) => {
      if (dead.has(address)) throw new Error('refused');
    },
  });
  let isStopped = false;
  const stop = async () => {
    if (!isStopped) await agent.stop();
    isStopped = true;
  };
  context.after(stop);
  const ipvs = simulator.openSync();
  return {
    simulator,
    ipvs,
    agent,
    dead,
    stop,
    path,
    /** What was sent to the kernel. */
    sent: () => logged.filter(({ msg }) => msg === 'changed').map(({ command }) => command.op),
    warned: (/** @type {RegExp} */ what) => logged.some(({ msg }) => what.test(msg)),
    say: (/** @type {string} */ text) => writeFileSync(path, text),
    /** `10.0.0.1 100, 10.0.0.2 0` */
    weights: () =>
      ipvs
        .destinations(/** @type {any} */ (VIP))
        .map(({ address, weight }) => `${address} ${weight}`)
        .sort()
        .join(', '),
    get: async (/** @type {string} */ page) => {
      const response = await fetch(`http://127.0.0.1:${agent.port}${page}`);
      return { status: response.status, text: await response.text() };
    },
  };
}

/** @param {string[]} addresses @param {object} [options] */
function web(addresses, options = {}) {
  const servers = addresses.map((address) => ({ address, port: 8080 }));
  return JSON.stringify({ services: { web: { ...VIP, ...options, servers } } });
}

test('what the file says gets into the table, what it no longer says is drained, and others’ services stay', async (context) => {
  const { ipvs, say, weights, sent } = await start(context, { services: web(['10.0.0.1', '10.0.0.2']) });
  ipvs.addService(/** @type {any} */ (OTHERS));
  await until(() => weights() === '10.0.0.1 100, 10.0.0.2 100');
  say(web(['10.0.0.2', '10.0.0.3'], { scheduler: 'wrr' }));
  await until(() => weights() === '10.0.0.2 100, 10.0.0.3 100');
  assert.equal(ipvs.service(/** @type {any} */ (VIP))?.scheduler, 'wrr');
  assert.ok(ipvs.service(/** @type {any} */ (OTHERS)));
  assert.ok(!sent().includes('deleteService'));
});

test('a start over a table that is as it should be sends nothing, whatever the checks have yet to say', async (context) => {
  const services = web(['10.0.0.1', '10.0.0.2'], { health });
  const first = await start(context, { services });
  await until(() => first.weights() === '10.0.0.1 100, 10.0.0.2 100');
  await first.stop();
  const second = await start(context, { simulator: first.simulator, file: first.path });
  for (let look = 0; look < 20; look++) {
    assert.equal(second.weights(), '10.0.0.1 100, 10.0.0.2 100');
    await delay(10);
  }
  assert.deepEqual(second.sent(), []);
});

test('a dead server gets no connections until it is back; a new one none until it was seen to be healthy', async (context) => {
  const { dead, weights, say } = await start(context, {
    services: web(['10.0.0.1', '10.0.0.2'], { health }),
  });
  await until(() => weights() === '10.0.0.1 100, 10.0.0.2 100');
  dead.add('10.0.0.1');
  await until(() => weights() === '10.0.0.1 0, 10.0.0.2 100');
  dead.add('10.0.0.3');
  say(web(['10.0.0.1', '10.0.0.2', '10.0.0.3'], { health: { ...health, panic: 0 } }));
  await until(() => weights() === '10.0.0.1 0, 10.0.0.2 100, 10.0.0.3 0');
  dead.clear();
  await until(() => weights() === '10.0.0.1 100, 10.0.0.2 100, 10.0.0.3 100');
});

test('where too many seem dead, none is taken out', async (context) => {
  const { dead, weights, get } = await start(context, {
    services: web(['10.0.0.1', '10.0.0.2', '10.0.0.3'], { health }),
  });
  await until(() => weights() === '10.0.0.1 100, 10.0.0.2 100, 10.0.0.3 100');
  dead.add('10.0.0.1').add('10.0.0.2').add('10.0.0.3');
  await until(async () => JSON.parse((await get('/healthz')).text).panic[0] === 'web');
  assert.equal(weights(), '10.0.0.1 100, 10.0.0.2 100, 10.0.0.3 100');
  assert.match((await get('/metrics')).text, /^ipvs_agent_service_panic\{service="web"\} 1$/m);
});

test('all servers at once are replaced by healthy ones, not before', async (context) => {
  const { dead, weights, say, warned } = await start(context, {
    services: web(['10.0.0.1', '10.0.0.2'], { health }),
  });
  await until(() => weights() === '10.0.0.1 100, 10.0.0.2 100');
  dead.add('10.0.0.3').add('10.0.0.4');
  say(web(['10.0.0.3', '10.0.0.4'], { health: { ...health, panic: 0 } }));
  await until(() => warned(/guard/));
  await delay(100);
  assert.equal(weights(), '10.0.0.1 100, 10.0.0.2 100, 10.0.0.3 0, 10.0.0.4 0');
  dead.clear();
  await until(() => weights() === '10.0.0.3 100, 10.0.0.4 100');
});

test('an emptied file changes nothing, and the health page, a metric and the plan say what would be', async (context) => {
  const { weights, say, get, ipvs } = await start(context, { services: web(['10.0.0.1']) });
  await until(() => weights() === '10.0.0.1 100');
  say('services: {}\n');
  await until(async () => JSON.parse((await get('/healthz')).text).violations.length > 0);
  assert.equal(weights(), '10.0.0.1 100');
  const { status, text } = await get('/healthz');
  assert.equal(status, 200);
  assert.equal(JSON.parse(text).status, 'degraded');
  assert.match((await get('/metrics')).text, /^ipvs_agent_guard_violations 1$/m);
  assert.match((await get('/plan')).text, /^- tcp 192\.0\.2\.1:80/m);
  assert.equal(ipvs.services().length, 1);
});

test('a poisoned file changes nothing, and is told by key and field', async (context) => {
  const { weights, say, get } = await start(context, { services: web(['10.0.0.1']) });
  await until(() => weights() === '10.0.0.1 100');
  say(web(['10.0.0.2', 'nowhere']));
  const { problems } = await until(async () => {
    const body = JSON.parse((await get('/healthz')).text);
    return body.problems.length > 0 && body;
  });
  assert.equal(problems[0].key, 'services/web');
  assert.equal(problems[0].field, 'servers[1].address');
  assert.equal(weights(), '10.0.0.1 100');
});

test('a server that comes in beside others has its weight raised in steps', async (context) => {
  const options = { health, ramp: { over: 300, steps: 5 } };
  const { weights, say } = await start(context, { services: web(['10.0.0.1'], options) });
  await until(() => weights() === '10.0.0.1 100');
  say(web(['10.0.0.1', '10.0.0.2'], options));
  const seen = new Set();
  await until(() => {
    seen.add(weights());
    return weights() === '10.0.0.1 100, 10.0.0.2 100';
  });
  assert.ok(seen.size >= 4, [...seen].join(' | '));
});

test('what somebody else does to the table is put right at the next look', async (context) => {
  const { ipvs, weights } = await start(context, { services: web(['10.0.0.1', '10.0.0.2']) });
  await until(() => weights() === '10.0.0.1 100, 10.0.0.2 100');
  ipvs.deleteDestination(/** @type {any} */ (VIP), { address: '10.0.0.1', port: 8080 });
  ipvs.patchDestination(/** @type {any} */ (VIP), { address: '10.0.0.2', port: 8080 }, { weight: 3 });
  await until(() => weights() === '10.0.0.1 100, 10.0.0.2 100');
});

test('a server that is wanted again while it is drained goes on', async (context) => {
  const { simulator, weights, say } = await start(context, {
    services: web(['10.0.0.1', '10.0.0.2']),
    reconcile: { drain: { timeout: 60_000, interval: 10 } },
  });
  await until(() => weights() === '10.0.0.1 100, 10.0.0.2 100');
  for (let port = 1000; port < 1004; port++) {
    simulator.connect({ protocol: 'tcp', client: { address: '198.51.100.1', port }, virtual: VIP });
  }
  say(web(['10.0.0.2']));
  await until(() => weights() === '10.0.0.1 0, 10.0.0.2 100');
  say(web(['10.0.0.1', '10.0.0.2']));
  await until(() => weights() === '10.0.0.1 100, 10.0.0.2 100');
});

test('without its source a restart goes by what it remembers, and still knows which services are its own', async (context) => {
  const state = join(folder, `state-${number}`);
  const two = JSON.parse(web(['10.0.0.1']));
  two.services.www = { ...VIP, port: 81, servers: [{ address: '10.0.0.1', port: 8080 }] };
  two.services.ftp = { ...VIP, port: 21, servers: [{ address: '10.0.0.1', port: 8080 }] };
  const first = await start(context, { state, services: JSON.stringify(two) });
  await until(() => first.ipvs.services().length === 3);
  await first.stop();
  rmSync(first.path);

  const rebooted = await start(context, { state, file: first.path });
  await until(() => rebooted.ipvs.services().length === 3);
  const { status, text } = await rebooted.get('/healthz');
  assert.equal(status, 200);
  assert.equal(JSON.parse(text).source, 'lost');
  await rebooted.stop();

  delete two.services.ftp;
  const again = await start(context, {
    state,
    simulator: rebooted.simulator,
    file: first.path,
    services: JSON.stringify(two),
  });
  await until(() => again.ipvs.services().length === 2);
});

test('a kernel that refuses is tried again, and the health page says so', async (context) => {
  const simulator = new Simulator();
  const fault = simulator.fail({ syscall: 'addService', errno: 'ENOMEM' });
  const { get, weights, ipvs } = await start(context, { simulator, services: web(['10.0.0.1']) });
  await until(
    async () => (await get('/healthz')).status === 503 && (await get('/healthz')).text.includes('ENOMEM'),
  );
  fault.restore();
  await until(() => ipvs.services().length === 1 && weights() === '10.0.0.1 100');
  await until(async () => (await get('/healthz')).status === 200);
});
