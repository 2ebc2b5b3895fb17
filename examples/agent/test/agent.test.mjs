// @ts-check
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { Simulator } from '@lvs/netlink/simulator';
import { pino } from 'pino';
import { Agent } from '../src/agent.mjs';
import { checkConfig } from '../src/config.mjs';
import { fakeTime, pass, soon } from './support/fake-time.mjs';

const folder = mkdtempSync(join(tmpdir(), 'ipvs-agent-'));
after(() => rmSync(folder, { recursive: true }));

const VIP = { protocol: 'tcp', address: '192.0.2.1', port: 80 };
const OTHERS = { protocol: 'tcp', address: '192.0.2.99', port: 80 };
/** By default every 2 s, down after 3 bad ones, up again after 2 good ones. */
const health = { type: 'tcp' };

/** @typedef {Awaited<ReturnType<typeof start>>} Running */

let number = 0;
/** @type {Agent[]} */
const agents = [];
/** @type {() => void} */
let realTime;
beforeEach(() => {
  realTime = fakeTime();
});
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.stop();
  realTime();
});

/**
 * An agent on a simulator, with a file for its source and a set of servers that fail their checks.
 *
 * @param {object} [options]
 * @param {Simulator} [options.simulator]
 * @param {string} [options.file]
 * @param {string} [options.state]
 * @param {object} [options.reconcile]
 * @param {object} [options.shutdown]
 * @param {string} [options.services] what the file says at first
 */
async function start({ simulator = new Simulator(), file, state, reconcile = {}, shutdown, services } = {}) {
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
      reconcile,
      ...(shutdown !== undefined && { shutdown }),
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
  agents.push(agent);
  const stop = () => {
    agents.splice(agents.indexOf(agent), 1);
    return agent.stop();
  };
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
        .table({ stats: false })
        .filter((row) => 'port' in row && row.port === VIP.port && row.address === VIP.address)
        .flatMap(({ destinations }) => destinations)
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

/** So many clients come, and stay. @param {Simulator} simulator @param {number} count */
function connect(simulator, count) {
  return Array.from({ length: count }, (_, n) => {
    const client = { address: '198.51.100.1', port: 1000 + n };
    const connection = simulator.connect({ protocol: 'tcp', client, virtual: /** @type {any} */ (VIP) });
    assert.ok(connection);
    connection.traffic({ packetsIn: 3, bytesIn: 300, packetsOut: 3, bytesOut: 300 });
    return connection;
  });
}

test('what the file says gets into the table, what it no longer says is drained, and others’ services stay', async () => {
  const { ipvs, say, weights, sent } = await start({ services: web(['10.0.0.1', '10.0.0.2']) });
  ipvs.addService(/** @type {any} */ (OTHERS));
  await soon(() => weights() === '10.0.0.1 100, 10.0.0.2 100');
  say(web(['10.0.0.2', '10.0.0.3'], { scheduler: 'wrr' }));
  await soon(() => weights() === '10.0.0.2 100, 10.0.0.3 100');
  assert.equal(ipvs.service(/** @type {any} */ (VIP))?.scheduler, 'wrr');
  assert.ok(ipvs.service(/** @type {any} */ (OTHERS)));
  assert.ok(!sent().includes('deleteService'));
});

test('a start over a table that is as it should be sends nothing, whatever the checks have yet to say', async () => {
  const services = web(['10.0.0.1', '10.0.0.2'], { health });
  const first = await start({ services });
  await soon(() => first.weights() === '10.0.0.1 100, 10.0.0.2 100');
  await first.stop();
  const second = await start({ simulator: first.simulator, file: first.path });
  await soon(() => second.agent.isCurrent);
  await pass(120_000);
  assert.equal(second.weights(), '10.0.0.1 100, 10.0.0.2 100');
  assert.deepEqual(second.sent(), []);
});

test('a dead server gets no connections until it is back; a new one none until it was seen to be healthy', async () => {
  const { dead, weights, say } = await start({
    services: web(['10.0.0.1', '10.0.0.2'], { health }),
  });
  await soon(() => weights() === '10.0.0.1 100, 10.0.0.2 100');
  dead.add('10.0.0.1');
  await soon(() => weights() === '10.0.0.1 0, 10.0.0.2 100');
  dead.add('10.0.0.3');
  say(web(['10.0.0.1', '10.0.0.2', '10.0.0.3'], { health: { ...health, panic: 0 } }));
  await soon(() => weights() === '10.0.0.1 0, 10.0.0.2 100, 10.0.0.3 0');
  dead.clear();
  await soon(() => weights() === '10.0.0.1 100, 10.0.0.2 100, 10.0.0.3 100');
});

test('where too many seem dead, none is taken out', async () => {
  const { dead, weights, get } = await start({
    services: web(['10.0.0.1', '10.0.0.2', '10.0.0.3'], { health }),
  });
  await soon(() => weights() === '10.0.0.1 100, 10.0.0.2 100, 10.0.0.3 100');
  dead.add('10.0.0.1').add('10.0.0.2').add('10.0.0.3');
  await soon(async () => JSON.parse((await get('/healthz')).text).panic[0] === 'web');
  assert.equal(weights(), '10.0.0.1 100, 10.0.0.2 100, 10.0.0.3 100');
  assert.match((await get('/metrics')).text, /^ipvs_agent_service_panic\{service="web"\} 1$/m);
});

test('all servers at once are replaced by healthy ones, not before', async () => {
  const { dead, weights, say, warned } = await start({
    services: web(['10.0.0.1', '10.0.0.2'], { health }),
  });
  await soon(() => weights() === '10.0.0.1 100, 10.0.0.2 100');
  dead.add('10.0.0.3').add('10.0.0.4');
  say(web(['10.0.0.3', '10.0.0.4'], { health: { ...health, panic: 0 } }));
  await soon(() => warned(/guard/));
  await pass(60_000);
  assert.equal(weights(), '10.0.0.1 100, 10.0.0.2 100, 10.0.0.3 0, 10.0.0.4 0');
  dead.clear();
  await soon(() => weights() === '10.0.0.3 100, 10.0.0.4 100');
});

test('an emptied file changes nothing, and the health page, a metric and the plan say what would be', async () => {
  const { weights, say, get, ipvs } = await start({ services: web(['10.0.0.1']) });
  await soon(() => weights() === '10.0.0.1 100');
  say('services: {}\n');
  await soon(async () => JSON.parse((await get('/healthz')).text).violations.length > 0);
  assert.equal(weights(), '10.0.0.1 100');
  const { status, text } = await get('/healthz');
  assert.equal(status, 200);
  assert.equal(JSON.parse(text).status, 'degraded');
  assert.match((await get('/metrics')).text, /^ipvs_agent_guard_violations 1$/m);
  assert.match((await get('/plan')).text, /^- tcp 192\.0\.2\.1:80/m);
  assert.equal(ipvs.services().length, 1);
});

test('a poisoned file changes nothing, and is told by key and field', async () => {
  const { weights, say, get } = await start({ services: web(['10.0.0.1']) });
  await soon(() => weights() === '10.0.0.1 100');
  say(web(['10.0.0.2', 'nowhere']));
  const { problems } = await soon(async () => {
    const body = JSON.parse((await get('/healthz')).text);
    return body.problems.length > 0 && body;
  });
  assert.equal(problems[0].key, 'services/web');
  assert.equal(problems[0].field, 'servers[1].address');
  assert.equal(weights(), '10.0.0.1 100');
});

test('a server that comes in beside others has its weight raised in steps', async () => {
  const options = { health, ramp: { over: 30_000, steps: 5 } };
  const { weights, say } = await start({ services: web(['10.0.0.1'], options) });
  await soon(() => weights() === '10.0.0.1 100');
  say(web(['10.0.0.1', '10.0.0.2'], options));
  const seen = new Set();
  await soon(() => {
    seen.add(weights());
    return weights() === '10.0.0.1 100, 10.0.0.2 100';
  });
  assert.ok(seen.size >= 4, [...seen].join(' | '));
});

test('what somebody else does to the table is put right at the next look, a minute after the last one', async () => {
  const { ipvs, weights } = await start({ services: web(['10.0.0.1', '10.0.0.2']) });
  await soon(() => weights() === '10.0.0.1 100, 10.0.0.2 100');
  await pass(1000);
  ipvs.deleteDestination(/** @type {any} */ (VIP), { address: '10.0.0.1', port: 8080 });
  ipvs.patchDestination(/** @type {any} */ (VIP), { address: '10.0.0.2', port: 8080 }, { weight: 3 });
  await pass(55_000);
  assert.equal(weights(), '10.0.0.2 3');
  await pass(5000);
  assert.equal(weights(), '10.0.0.1 100, 10.0.0.2 100');
});

test('a server that is wanted again while it is drained goes on', async () => {
  const { simulator, weights, say } = await start({
    services: web(['10.0.0.1', '10.0.0.2']),
  });
  await soon(() => weights() === '10.0.0.1 100, 10.0.0.2 100');
  connect(simulator, 4);
  say(web(['10.0.0.2']));
  await soon(() => weights() === '10.0.0.1 0, 10.0.0.2 100');
  say(web(['10.0.0.1', '10.0.0.2']));
  await soon(() => weights() === '10.0.0.1 100, 10.0.0.2 100');
});

test('without its source a restart goes by what it remembers, and still knows which services are its own', async () => {
  const state = join(folder, `state-${number}`);
  const two = JSON.parse(web(['10.0.0.1']));
  two.services.www = { ...VIP, port: 81, servers: [{ address: '10.0.0.1', port: 8080 }] };
  two.services.ftp = { ...VIP, port: 21, servers: [{ address: '10.0.0.1', port: 8080 }] };
  const first = await start({ state, services: JSON.stringify(two) });
  await soon(() => first.ipvs.services().length === 3);
  await first.stop();
  rmSync(first.path);

  const rebooted = await start({ state, file: first.path });
  await soon(() => rebooted.ipvs.services().length === 3);
  const { status, text } = await rebooted.get('/healthz');
  assert.equal(status, 200);
  assert.equal(JSON.parse(text).source, 'lost');
  assert.match((await rebooted.get('/metrics')).text, /^ipvs_agent_source_current 0$/m);
  await rebooted.stop();

  delete two.services.ftp;
  const again = await start({
    state,
    simulator: rebooted.simulator,
    file: first.path,
    services: JSON.stringify(two),
  });
  await soon(() => again.ipvs.services().length === 2);
});

test('a kernel that refuses is tried again, and the health page says so', async () => {
  const simulator = new Simulator();
  const fault = simulator.fail({ syscall: 'addService', errno: 'ENOMEM' });
  const { get, weights, ipvs } = await start({ simulator, services: web(['10.0.0.1']) });
  await soon(
    async () => (await get('/healthz')).status === 503 && (await get('/healthz')).text.includes('ENOMEM'),
  );
  fault.restore();
  await soon(() => ipvs.services().length === 1 && weights() === '10.0.0.1 100');
  await soon(async () => (await get('/healthz')).status === 200);
});

test('a change has only its services compared; the whole table is, each minute, though changes go on', async () => {
  /** @param {number} weight */
  const three = (weight) => {
    const services = JSON.parse(web(['10.0.0.1'])).services;
    const servers = [{ address: '10.0.0.1', port: 8080, weight }];
    return JSON.stringify({ services: { ...services, www: { ...VIP, port: 81, servers } } });
  };
  const { ipvs, say, agent, weights } = await start({ services: three(1) });
  const www = /** @type {any} */ ({ ...VIP, port: 81 });
  const weight = () => ipvs.table().find((row) => 'port' in row && row.port === 81)?.destinations[0]?.weight;
  await soon(() => weight() === 1 && weights() === '10.0.0.1 100');
  await pass(1000);
  ipvs.patchDestination(/** @type {any} */ (VIP), { address: '10.0.0.1', port: 8080 }, { weight: 3 });
  for (let n = 2; n <= 12; n++) {
    say(three(n));
    await soon(() => weight() === n);
    assert.equal(weights(), Date.now() < 60_000 ? '10.0.0.1 3' : '10.0.0.1 100');
    await pass(6000);
  }
  assert.ok(Date.now() > 66_000);
  assert.equal(weights(), '10.0.0.1 100');

  // SIGHUP has the whole table compared, too.
  ipvs.patchDestination(www, { address: '10.0.0.1', port: 8080 }, { weight: 3 });
  agent.reload();
  await pass(1000);
  assert.equal(weight(), 12);
});

test('a service whose document comes to name another address leaves the old one', async () => {
  const { ipvs, say } = await start({ services: web(['10.0.0.1']) });
  const ports = () => ipvs.services().map((key) => 'port' in key && key.port);
  await soon(() => `${ports()}` === '80');
  await pass(1000);
  // With another beside it the guard lets one go.
  const { web: document } = JSON.parse(web(['10.0.0.1'])).services;
  say(JSON.stringify({ services: { web: document, www: { ...document, port: 82 } } }));
  await soon(() => ports().length === 2);
  say(JSON.stringify({ services: { web: { ...document, port: 81 }, www: { ...document, port: 82 } } }));
  await soon(() => `${ports().sort()}` === '81,82');
});

test('the end leaves the table as it is, with what is half drained and half ramped', async () => {
  const options = { health, ramp: { over: 30_000, steps: 5 } };
  const { simulator, weights, say, stop } = await start({ services: web(['10.0.0.1', '10.0.0.2'], options) });
  await soon(() => weights() === '10.0.0.1 100, 10.0.0.2 100');
  connect(simulator, 4);
  say(web(['10.0.0.2', '10.0.0.3'], options));
  await soon(() => weights() === '10.0.0.1 0, 10.0.0.2 100, 10.0.0.3 34');
  await stop();
  await pass(60_000);
  assert.equal(weights(), '10.0.0.1 0, 10.0.0.2 100, 10.0.0.3 34');
});

test('asked to drain, it is unhealthy until no connection is active, and changes nothing', async () => {
  const { simulator, weights, agent, get } = await start({ services: web(['10.0.0.1', '10.0.0.2']) });
  await soon(() => weights() === '10.0.0.1 100, 10.0.0.2 100');
  await soon(async () => (await get('/healthz')).status === 200);
  const connections = connect(simulator, 4);
  let isDrained = false;
  const drained = agent.drain().then(() => {
    isDrained = true;
  });
  await pass(30_000);
  assert.equal(isDrained, false);
  const { status, text } = await get('/healthz');
  assert.deepEqual([status, JSON.parse(text).status], [503, 'draining']);
  for (const connection of connections) connection.close('reset');
  await pass(2000);
  assert.equal(isDrained, true);
  await drained;
  assert.equal(weights(), '10.0.0.1 100, 10.0.0.2 100');
});

test('connections that stay hold it up no longer than `shutdown.timeout`', async () => {
  const { simulator, weights, agent } = await start({
    services: web(['10.0.0.1', '10.0.0.2']),
    shutdown: { mode: 'drain', timeout: 20_000 },
  });
  await soon(() => weights() === '10.0.0.1 100, 10.0.0.2 100');
  connect(simulator, 4);
  const begun = Date.now();
  const drained = agent.drain().then(() => Date.now() - begun);
  await pass(21_000);
  assert.equal(await drained, 20_000);
});
