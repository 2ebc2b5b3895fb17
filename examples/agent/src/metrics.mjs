// @ts-check
import { IpvsMetrics } from '@lvs/netlink/metrics';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the agent says of itself, beside the table's own metrics. */
export class Metrics {
  #registry = new Registry();
  #own = { registers: [this.#registry] };

  sourceCurrent = new Gauge({
    name: 'ipvs_agent_source_current',
    help: '1 where the source is known to say what is in force; 0 where it is lost or refused',
    ...this.#own,
  });
  problems = new Gauge({
    name: 'ipvs_agent_document_problems',
    help: 'Documents that are refused, of which the last good one is in force',
    ...this.#own,
  });
  passes = new Counter({
    name: 'ipvs_agent_passes_total',
    help: 'Comparisons of the table with what is desired, by result',
    labelNames: /** @type {const} */ (['result']),
    ...this.#own,
  });
  changes = new Counter({
    name: 'ipvs_agent_changes_total',
    help: 'Changes of services and servers sent to the kernel',
    ...this.#own,
  });
  seconds = new Histogram({
    name: 'ipvs_agent_pass_seconds',
    help: 'How long a comparison and its changes take',
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    ...this.#own,
  });
  lastPass = new Gauge({
    name: 'ipvs_agent_last_good_pass_timestamp_seconds',
    help: 'When the table was last as desired',
    ...this.#own,
  });
  refused = new Gauge({
    name: 'ipvs_agent_guard_violations',
    help: 'What the guard refuses at present',
    ...this.#own,
  });
  checks = new Counter({
    name: 'ipvs_agent_health_checks_total',
    help: 'Health checks by what they found',
    labelNames: /** @type {const} */ (['found']),
    ...this.#own,
  });
  up = new Gauge({
    name: 'ipvs_agent_servers_up',
    help: 'Servers that get connections as far as checks go',
    labelNames: /** @type {const} */ (['service']),
    ...this.#own,
  });
  panic = new Gauge({
    name: 'ipvs_agent_service_panic',
    help: '1 where too few servers are healthy for the checks to be believed',
    labelNames: /** @type {const} */ (['service']),
    ...this.#own,
  });

  /** @param {import('@lvs/netlink').Ipvs} ipvs */
  constructor(ipvs) {
    new IpvsMetrics(ipvs).register(this.#registry);
  }

  /** @param {import('./reconciler.mjs').Pass} pass @param {number} seconds */
  passed({ changes, violations }, seconds) {
    this.passes.inc({ result: violations.length > 0 ? 'refused' : 'done' });
    this.changes.inc(changes);
    this.seconds.observe(seconds);
    this.refused.set(violations.length);
    if (violations.length === 0) this.lastPass.setToCurrentTime();
  }

  /** What is shown of the services, which may be thousands: at each scrape, not at each pass. @param {import('./reconciler.mjs').Pass['verdicts']} verdicts */
  show(verdicts) {
    this.up.reset();
    this.panic.reset();
    for (const { service, weights, isPanic } of verdicts.values()) {
      this.up.set({ service: service.name }, [...weights.values()].filter((weight) => weight !== 0).length);
      this.panic.set({ service: service.name }, Number(isPanic));
    }
  }

  get contentType() {
    return this.#registry.contentType;
  }

  text() {
    return this.#registry.metrics();
  }
}
