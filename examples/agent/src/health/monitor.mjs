// @ts-check
import pLimit from 'p-limit';
import { probe } from './probe.mjs';
import { Target } from './target.mjs';

/** @typedef {import('../documents.mjs').Service} Service */

/**
 * What a target needs.
 *
 * @typedef {object} Means
 * @property {import('./probe.mjs').Probe} probe
 * @property {import('p-limit').LimitFunction} inTurn so many at a time
 * @property {(found: 'up' | 'down') => void} checked after each check
 * @property {() => void} changed where the server has come up or gone down
 */

/** Checks the servers of all services that say how. */
export class Monitor {
  /** By service and server. @type {Map<string, { target: Target, check: string }>} */
  #targets = new Map();
  #probe;
  #inTurn;
  #checked;
  #changed;

  /**
   * @param {object} options
   * @param {number} options.concurrency checks at the same time
   * @param {(change: { service: string, server: string, health: import('./target.mjs').Health, failure: string | undefined }) => void} options.changed
   * @param {(found: 'up' | 'down') => void} [options.checked]
   * @param {import('./probe.mjs').Probe} [options.probe]
   */
  constructor({ concurrency, changed, checked = () => {}, probe: check = probe }) {
    this.#probe = check;
    this.#inTurn = pLimit(concurrency);
    this.#checked = checked;
    this.#changed = changed;
  }

  /** Checks these from now on; those that were checked in the same way go on. @param {readonly Service[]} services */
  watch(services) {
    const wanted = new Set();
    for (const { id: service, health, servers } of services) {
      if (health === undefined) continue;
      const check = JSON.stringify(health);
      for (const [server, { address, port }] of servers) {
        const id = `${service} ${server}`;
        wanted.add(id);
        const present = this.#targets.get(id);
        if (present?.check === check) continue;
        present?.target.stop();
        /** @type {Target} */
        const target = new Target(
          health,
          { address, port },
          {
            probe: this.#probe,
            inTurn: this.#inTurn,
            checked: this.#checked,
            changed: () => this.#changed({ service, server, health: target.health, failure: target.failure }),
          },
        );
        this.#targets.set(id, { target, check });
      }
    }
    for (const [id, { target }] of this.#targets) {
      if (wanted.has(id)) continue;
      target.stop();
      this.#targets.delete(id);
    }
  }

  /** @param {string} service @param {string} server @returns {import('./target.mjs').Health} */
  healthOf(service, server) {
    return this.#targets.get(`${service} ${server}`)?.target.health ?? 'unknown';
  }

  stop() {
    this.watch([]);
  }
}
