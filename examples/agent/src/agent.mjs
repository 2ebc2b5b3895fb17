// @ts-check
import { once } from 'node:events';
import { Ipvs } from '@lvs/netlink';
import { Backoff } from './backoff.mjs';
import { delay } from './delay.mjs';
import { Documents } from './documents.mjs';
import { Monitor } from './health/monitor.mjs';
import { serve } from './http.mjs';
import { Memory } from './memory.mjs';
import { Metrics } from './metrics.mjs';
import { messageOf } from './names.mjs';
import { Reconciler } from './reconciler.mjs';
import { openSource } from './sources/source.mjs';

/** So many milliseconds the source has to answer before what is remembered is applied. */
const PATIENCE = 5000;

/** One director's agent: source → documents → table, with the health checks' weights. */
export class Agent {
  #config;
  #log;
  #documents = new Documents();
  #source;
  #memory;
  #monitor;
  #ipvs;
  #metrics;
  #reconciler;
  #ended = new AbortController();
  /** Something has changed since the last pass. */
  #isDue = false;
  /** Virtual services of which a check or a ramp has come to something else since the last pass. @type {Set<string>} */
  #touched = new Set();
  /** When the whole table is to be compared, whatever has changed. */
  #wholeDue = 0;
  #wake = () => {};
  /** @type {import('./reconciler.mjs').Pass | undefined} */
  #last;
  /** Why the last pass failed. @type {string | undefined} */
  #failure = 'no pass yet';
  #isDraining = false;
  #heard = new AbortController();
  /** @type {Promise<unknown>[]} */
  #tasks = [];
  /** @type {import('node:http').Server | undefined} */
  #server;

  /**
   * @param {import('./config.mjs').Config} config
   * @param {object} means
   * @param {import('pino').Logger} means.log
   * @param {Ipvs} means.ipvs
   * @param {Memory} means.memory
   * @param {import('./memory.mjs').Remembered} means.remembered
   * @param {import('./health/probe.mjs').Probe} [means.probe]
   */
  constructor(config, { log, ipvs, memory, remembered, probe }) {
    this.#config = config;
    this.#log = log;
    this.#ipvs = ipvs;
    this.#memory = memory;
    this.#source = openSource(config.source, log);
    this.#metrics = new Metrics(ipvs);
    for (const [key, text] of remembered.documents) this.#documents.set(key, text);
    this.#monitor = new Monitor({
      concurrency: config.concurrency,
      ...(probe !== undefined && { probe }),
      checked: (found) => this.#metrics.checks.inc({ found }),
      changed: (change) => {
        log[change.health === 'up' ? 'info' : 'warn'](change, 'health');
        this.#touch(change.service);
      },
    });
    this.#reconciler = new Reconciler(ipvs, config.reconcile, {
      documents: this.#documents,
      healthOf: (service, server) => this.#monitor.healthOf(service, server),
      owns: remembered.owns,
      log,
      again: (service) => this.#touch(service),
    });
  }

  /**
   * @param {import('./config.mjs').Config} config
   * @param {{ log: import('pino').Logger, backend?: import('@lvs/netlink').Backend, probe?: import('./health/probe.mjs').Probe }} means
   */
  static async start(config, { log, backend, probe }) {
    const memory = new Memory(config.state);
    const remembered = await memory.read();
    const ipvs = await Ipvs.open(backend === undefined ? {} : { backend });
    const agent = new Agent(config, { log, ipvs, memory, remembered, ...(probe !== undefined && { probe }) });
    try {
      await agent.#start();
      return agent;
    } catch (error) {
      await agent.stop();
      throw error;
    }
  }

  async #start() {
    const { signal } = this.#ended;
    this.#server = await serve(this.#config.listen, {
      '/metrics': async () => {
        this.#metrics.sourceCurrent.set(Number(this.#source.status.isCurrent));
        this.#metrics.problems.set(this.#problems().length);
        if (this.#last !== undefined) this.#metrics.show(this.#last.verdicts);
        return { type: this.#metrics.contentType, text: await this.#metrics.text() };
      },
      '/healthz': () => this.#healthz(),
      '/plan': async () => ({
        type: 'text/plain; charset=utf-8',
        text: `${await this.#reconciler.plan()}\n`,
      }),
    });
    const changed = () => {
      this.#heard.abort();
      this.#due();
    };
    this.#tasks = [this.#source.run(this.#documents, changed, signal), this.#loop(signal)];
  }

  /** Where /metrics and the others are. @returns {number} */
  get port() {
    const address = /** @type {import('node:http').Server} */ (this.#server).address();
    return /** @type {import('node:net').AddressInfo} */ (address).port;
  }

  /** Whether the source is known to say what is in force. */
  get isCurrent() {
    return this.#source.status.isCurrent;
  }

  /** Has the source read again, and the whole table compared. */
  reload() {
    this.#source.reload();
    this.#wholeDue = 0;
    this.#due();
  }

  /** Waits until no connection is active, and is not healthy meanwhile, so that traffic goes elsewhere. */
  async drain() {
    this.#isDraining = true;
    const until = Date.now() + this.#config.shutdown.timeout;
    for (;;) {
      const table = await this.#ipvs.table({ stats: false });
      const active = table
        .flatMap(({ destinations }) => destinations)
        .reduce((sum, { activeConnections }) => sum + activeConnections, 0);
      if (active === 0 || Date.now() >= until) return;
      await delay(1000);
    }
  }

  /** Ends. The table stays as it is. */
  async stop() {
    this.#ended.abort();
    this.#wake();
    this.#monitor.stop();
    this.#reconciler.stop();
    await Promise.all(this.#tasks);
    if (this.#server !== undefined) {
      this.#server.closeAllConnections();
      this.#server.close();
      await once(this.#server, 'close');
    }
    await this.#memory.write(this.#remembered());
    await this.#ipvs.close();
  }

  /** @param {AbortSignal} signal */
  async #loop(signal) {
    const { settle } = this.#config.reconcile;
    // What is remembered is older than what the source says; it is for when the source says nothing.
    const answered = AbortSignal.any([signal, this.#heard.signal]);
    await delay(PATIENCE, answered);
    const backoff = new Backoff({ least: 200, most: 30_000 });
    while (!signal.aborted) {
      await this.#pass();
      if (this.#failure === undefined) {
        backoff.reset();
        await this.#wait(this.#wholeDue - Date.now());
        await delay(settle, signal);
      } else {
        await backoff.wait(signal);
      }
    }
  }

  async #pass() {
    this.#isDue = false;
    const begun = performance.now();
    try {
      this.#monitor.watch(this.#documents.services());
      this.#last = await this.#compare();
      this.#failure = undefined;
      this.#metrics.passed(this.#last, (performance.now() - begun) / 1000);
      await this.#memory.write(this.#remembered());
    } catch (error) {
      if (this.#ended.signal.aborted) return;
      this.#failure = messageOf(error);
      this.#wholeDue = 0;
      this.#metrics.passes.inc({ result: 'failed' });
      this.#log.error({ err: error }, 'the table could not be made what is desired; again soon');
    }
  }

  /** What has changed; the whole table each `driftCheck`, at first, and where something went wrong or is refused. */
  async #compare() {
    const names = this.#documents.takeChanges();
    const touched = this.#touched;
    this.#touched = new Set();
    const isRefused = (this.#last?.violations.length ?? 0) > 0;
    if (names !== undefined && !isRefused && Date.now() < this.#wholeDue) {
      return this.#reconciler.passOver(({ name, id }) => names.has(name) || touched.has(id));
    }
    const pass = await this.#reconciler.pass();
    this.#wholeDue = Date.now() + this.#config.reconcile.driftCheck;
    return pass;
  }

  /** @param {string} service */
  #touch(service) {
    this.#touched.add(service);
    this.#due();
  }

  #due() {
    this.#isDue = true;
    this.#wake();
  }

  /** Until something is due, at most so long. @param {number} milliseconds */
  async #wait(milliseconds) {
    if (this.#isDue || this.#ended.signal.aborted) return;
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
    this.#wake = () => {};
  }

  #remembered() {
    return { owns: this.#reconciler.owns, documents: [...this.#documents.texts()] };
  }

  #problems() {
    return [...this.#source.status.problems, ...this.#documents.problems()];
  }

  /** 503 where it cannot do its work, or should get no more traffic. Without its source it can: the table stays. */
  #healthz() {
    const problems = this.#problems();
    const violations = this.#last?.violations ?? [];
    const panic = [...(this.#last?.verdicts.values() ?? [])]
      .filter(({ isPanic }) => isPanic)
      .map(({ service }) => service.name);
    const isDegraded =
      !this.#source.status.isCurrent || problems.length > 0 || violations.length > 0 || panic.length > 0;
    const state = this.#isDraining
      ? 'draining'
      : this.#failure !== undefined
        ? 'failing'
        : isDegraded
          ? 'degraded'
          : 'ok';
    const body = {
      status: state,
      source: this.#source.status.isCurrent ? 'current' : 'lost',
      ...(this.#failure !== undefined && { failure: this.#failure }),
      problems,
      violations,
      panic,
    };
    const status = state === 'draining' || state === 'failing' ? 503 : 200;
    return { status, type: 'application/json', text: `${JSON.stringify(body, null, 2)}\n` };
  }
}
