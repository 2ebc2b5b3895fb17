// @ts-check
import { GuardError } from '@lvs/netlink';
import { judge } from './health/verdict.mjs';
import { describeService } from './names.mjs';
import { Weights } from './weights.mjs';

/** @typedef {import('@lvs/netlink').Ipvs} Ipvs */
/** @typedef {import('@lvs/netlink').DesiredService} DesiredService */
/** @typedef {import('@lvs/netlink').ServiceKey} ServiceKey */
/** @typedef {import('./documents.mjs').Service} Service */

/**
 * What a pass has found.
 *
 * @typedef {object} Pass
 * @property {number} changes
 * @property {readonly import('@lvs/netlink').GuardViolation[]} violations what the guard refused
 * @property {Map<string, { service: Service, weights: Map<string, number | undefined>, isPanic: boolean }>} verdicts by virtual service
 */

/** Makes the table what the documents and the checks say. Services and servers are `apply`'s, weights `Weights`'. */
export class Reconciler {
  #ipvs;
  #options;
  #documents;
  #healthOf;
  #log;
  #weights;
  /** The services that were ever spoken for and are there, by their text. @type {Map<string, ServiceKey>} */
  #owns;
  /** @type {Pass['verdicts']} */
  #verdicts = new Map();

  /**
   * @param {Ipvs} ipvs
   * @param {import('./config.mjs').Config['reconcile']} options
   * @param {object} means
   * @param {import('./documents.mjs').Documents} means.documents
   * @param {(service: string, server: string) => import('./health/target.mjs').Health} means.healthOf
   * @param {readonly ServiceKey[]} means.owns from the last time
   * @param {import('pino').Logger} means.log
   * @param {(service: string) => void} means.again asks for another pass over a service
   */
  constructor(ipvs, options, { documents, healthOf, owns, log, again }) {
    this.#ipvs = ipvs;
    this.#options = options;
    this.#documents = documents;
    this.#healthOf = healthOf;
    this.#log = log;
    this.#weights = new Weights(ipvs, log, again);
    this.#owns = new Map(owns.map((key) => [describeService(key), key]));
  }

  /** The services that are spoken for: what a later start has to know. */
  get owns() {
    return [...this.#owns.values()];
  }

  /** What a pass would do now, but for weights. */
  plan() {
    const services = this.#documents.services();
    return this.#ipvs.plan(services.map(desiredOf), this.#planOptions());
  }

  /** Compares the whole table. @returns {Promise<Pass>} */
  async pass() {
    const services = this.#documents.services();
    const applied = await this.#apply(services.map(desiredOf), this.#planOptions());
    const table = await this.#ipvs.table({ stats: false });
    this.#own(services, table);
    this.#verdicts.clear();
    await this.#judge(services, table);
    return { ...applied, verdicts: this.#verdicts };
  }

  /** Compares only these of the services; where one is gone that takes a whole pass. @param {(service: Service) => boolean} isTouched @returns {Promise<Pass>} */
  async passOver(isTouched) {
    const services = this.#documents.services().filter(isTouched);
    const applied = await this.#apply(services.map(desiredOf), { ...this.#planOptions(), owns: 'named' });
    const table = await Promise.all(
      services.map(async ({ spec }) => ({ ...spec, destinations: await this.#ipvs.destinations(spec) })),
    );
    for (const { id, spec } of services) this.#owns.set(id, keyOf(spec));
    await this.#judge(services, table);
    return { ...applied, verdicts: this.#verdicts };
  }

  /** Whatever goes on ends; the table stays as it is. */
  stop() {
    this.#weights.stop();
  }

  /** @param {readonly Service[]} services @param {readonly import('@lvs/netlink').TableRowState[]} table */
  async #judge(services, table) {
    for (const service of services) {
      this.#verdicts.set(service.id, { service, ...judge(service, this.#healthOf) });
    }
    await this.#weights.set(table, this.#verdicts);
  }

  /** @param {DesiredService[]} desired @param {import('@lvs/netlink').PlanOptions} options */
  async #apply(desired, options) {
    try {
      return { changes: await this.#send(desired, options), violations: [] };
    } catch (error) {
      if (!(error instanceof GuardError)) throw error;
      const { plan } = error;
      this.#log.error(
        { violations: plan.violations, plan: String(plan) },
        'the guard refuses: nothing is removed',
      );
      // What is new may come all the same; what is refused goes when enough of the new is healthy.
      const named = { ...options, owns: /** @type {const} */ ('named') };
      return {
        changes: await this.#send(withoutRemovals(desired, plan), named),
        violations: plan.violations,
      };
    }
  }

  /**
   * Resolves once the table is as desired, though what leaves is still being drained.
   *
   * @param {DesiredService[]} desired
   * @param {import('@lvs/netlink').PlanOptions} options
   * @returns {Promise<number>} how many changes were sent
   */
  #send(desired, options) {
    return new Promise((resolve, reject) => {
      this.#ipvs
        .apply(desired, {
          ...options,
          removal: { ...this.#options.drain },
          onApplied: (changes) => {
            for (const { command } of changes) this.#log.info({ command }, 'changed');
            resolve(changes.length);
          },
        })
        .then(({ drains }) => {
          for (const { warnings, ...drain } of drains) {
            this.#log.info({ drain, warnings: warnings.map(({ code }) => code) }, 'drained');
          }
        })
        .catch(reject);
    });
  }

  /** @returns {import('@lvs/netlink').PlanOptions} */
  #planOptions() {
    return {
      // Where a service's document has never been understood, what is in the table might be that service.
      owns: this.#documents.hasUnknown ? 'named' : this.owns,
      keep: ['weight'],
      guard: this.#options.guard,
    };
  }

  /** @param {readonly Service[]} services @param {readonly import('@lvs/netlink').TableRowState[]} table */
  #own(services, table) {
    const candidates = new Map([
      ...this.#owns,
      ...services.map(({ id, spec }) => /** @type {const} */ ([id, keyOf(spec)])),
    ]);
    const present = new Set(table.map(describeService));
    this.#owns = new Map([...candidates].filter(([id]) => present.has(id)));
  }
}

/** A server whose health is to be seen first comes in without weight. @param {Service} service @returns {DesiredService} */
function desiredOf({ spec, servers, health }) {
  const destinations = [...servers.values()].map((server) =>
    health === undefined ? server : { ...server, weight: 0 },
  );
  return { ...spec, destinations };
}

/** @param {import('@lvs/netlink').ServiceState} spec @returns {ServiceKey} */
function keyOf(spec) {
  if ('fwmark' in spec) return { fwmark: spec.fwmark, family: spec.family };
  return { protocol: spec.protocol, address: spec.address, port: spec.port };
}

/**
 * The same with the servers that the plan would remove.
 *
 * @param {DesiredService[]} desired
 * @param {import('@lvs/netlink').Plan} plan
 */
function withoutRemovals(desired, plan) {
  /** @type {Map<string, import('@lvs/netlink').DestinationState[]>} */
  const kept = new Map();
  for (const { command, before } of plan.changes) {
    if (command.op !== 'deleteDestination' || before === undefined) continue;
    const id = describeService(command.service);
    kept.set(id, [...(kept.get(id) ?? []), /** @type {import('@lvs/netlink').DestinationState} */ (before)]);
  }
  return desired.map((service) => ({
    ...service,
    destinations: [...service.destinations, ...(kept.get(describeService(service)) ?? [])],
  }));
}
