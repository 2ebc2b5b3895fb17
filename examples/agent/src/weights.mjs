// @ts-check
import { describeServer, describeService } from './names.mjs';

/** @typedef {import('@lvs/netlink').Ipvs} Ipvs */
/** @typedef {import('@lvs/netlink').TableRowState} TableRow */
/** @typedef {import('./documents.mjs').Service} Service */

/** Gives real servers the weights that the checks say. */
export class Weights {
  #ipvs;
  #log;
  /** Ramps that go on, by service and server. @type {Map<string, { to: number, abort: AbortController }>} */
  #ramps = new Map();
  #done;

  /** @param {Ipvs} ipvs @param {import('pino').Logger} log @param {(service: string) => void} done a ramp of this service has ended */
  constructor(ipvs, log, done) {
    this.#ipvs = ipvs;
    this.#log = log;
    this.#done = done;
  }

  /**
   * @param {readonly TableRow[]} table
   * @param {ReadonlyMap<string, { service: Service, weights: Map<string, number | undefined>, isPanic: boolean }>} verdicts
   */
  async set(table, verdicts) {
    /** @type {Promise<void>[]} */
    const patches = [];
    for (const row of table) {
      const verdict = verdicts.get(describeService(row));
      if (verdict === undefined) continue;
      const { service, weights, isPanic } = verdict;
      const others = row.destinations.filter(({ weight }) => weight > 0).length;
      for (const destination of row.destinations) {
        const server = describeServer(destination);
        const to = weights.get(server);
        if (to === undefined) continue;
        const ramp = this.#ramps.get(`${service.id} ${server}`);
        if (ramp?.to === to || (ramp === undefined && destination.weight === to)) continue;
        ramp?.abort.abort();
        // Alone it would get all connections at any weight.
        const ramps =
          service.ramp !== undefined && destination.weight === 0 && to > 1 && others > 0 && !isPanic;
        if (ramps) this.#ramp(service, server, destination, to);
        else patches.push(this.#patch(service, server, destination, to));
      }
    }
    const failures = (await Promise.allSettled(patches)).filter((result) => result.status === 'rejected');
    if (failures.length > 0) throw failures[0]?.reason;
  }

  stop() {
    for (const { abort } of this.#ramps.values()) abort.abort();
  }

  /** @param {Service} service @param {string} server @param {import('@lvs/netlink').DestinationKey} key @param {number} weight */
  async #patch(service, server, key, weight) {
    try {
      await this.#ipvs.patchDestination(service.spec, key, { weight });
      this.#log.info({ service: service.name, server, weight }, 'weight');
    } catch (error) {
      // Somebody has removed it since the table was read: the next pass finds what there is.
      const { code } = /** @type {{ code?: string }} */ (error);
      if (code !== 'ENOENT' && code !== 'ESRCH') throw error;
    }
  }

  /** @param {Service} service @param {string} server @param {import('@lvs/netlink').DestinationKey} key @param {number} to */
  async #ramp(service, server, key, to) {
    const id = `${service.id} ${server}`;
    const { over = 0, steps = 1 } = service.ramp ?? {};
    const abort = new AbortController();
    const ramp = { to, abort };
    this.#ramps.set(id, ramp);
    this.#log.info({ service: service.name, server, weight: to, over }, 'weight ramps up');
    try {
      // The first step at once: it is healthy, and at weight 0 it would get nothing.
      const from = Math.ceil(to / (steps + 1));
      const { outcome } = await this.#ipvs.rampWeight(service.spec, key, {
        from,
        to,
        over,
        steps,
        signal: abort.signal,
      });
      this.#log.info({ service: service.name, server, outcome }, 'ramp ended');
    } catch (error) {
      if (!abort.signal.aborted) this.#log.warn({ service: service.name, server, err: error }, 'ramp failed');
    } finally {
      if (this.#ramps.get(id) === ramp) this.#ramps.delete(id);
      if (!abort.signal.aborted) this.#done(service.id);
    }
  }
}
