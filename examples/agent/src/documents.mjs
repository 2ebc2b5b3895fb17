// @ts-check
/**
 * The documents that are in force. A bad one is reported by key and field, and the last good one stays.
 * Keys: `services/NAME` is a virtual service, `servers/NAME/ID` the registration of one of its real servers.
 */
import { describeServer, describeService, messageOf } from './names.mjs';
import { Refusal, rehearse } from './rehearsal.mjs';
import { issuesOf, server as serverSchema, service as serviceSchema } from './schema.mjs';

/** @typedef {{ key: string, field: string, message: string }} Problem */
/** @typedef {import('./rehearsal.mjs').DestinationState} DestinationState */

/**
 * What a director should have.
 *
 * @typedef {object} Service
 * @property {string} name
 * @property {string} id the virtual service itself, as text
 * @property {import('./rehearsal.mjs').ServiceState} spec
 * @property {ReadonlyMap<string, DestinationState>} servers by address and port, with the weight of a healthy one
 * @property {import('./schema.mjs').HealthCheck | undefined} health
 * @property {{ over: number, steps: number } | undefined} ramp
 */

/**
 * One document.
 *
 * @typedef {object} Entry
 * @property {string} text as it was read last
 * @property {string} [good] the text in force
 * @property {any} [value] what the text in force says
 * @property {Problem[]} problems
 */

/** @typedef {{ problems: Problem[] } | { value: any }} Reading */

export class Documents {
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  /** Keys of registrations, by service. @type {Map<string, Set<string>>} */
  #registrations = new Map();
  /** Services with the servers that are registered, by name; those that have not changed. @type {Map<string, Service>} */
  #composed = new Map();
  /** The key of the document that has a virtual service. @type {Map<string, string>} */
  #owners = new Map();
  /** Names of services that have changed. @type {Set<string>} */
  #changed = new Set();
  /** A virtual service is named no more. */
  #hasLeft = false;

  /**
   * Takes a document over, if it is good.
   *
   * @param {string} key
   * @param {string} text JSON
   * @returns {boolean} whether anything changed
   */
  set(key, text) {
    const before = this.#entries.get(key);
    if (before?.text === text && before.problems.length === 0) return false;
    const { kind, name } = partsOf(key);
    const reading = this.#read(kind, key, text);
    if ('problems' in reading) {
      this.#entries.set(key, { ...before, text, problems: reading.problems });
      return false;
    }
    if (kind === 'services') {
      if (before?.value !== undefined && before.value.id !== reading.value.id) this.#leave(before.value.id);
      this.#owners.set(reading.value.id, key);
    } else {
      this.#registrations.set(name, (this.#registrations.get(name) ?? new Set()).add(key));
    }
    this.#entries.set(key, { text, good: text, value: reading.value, problems: [] });
    this.#touch(name);
    return true;
  }

  /** @param {string} key @returns {boolean} whether anything changed */
  delete(key) {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    const { kind, name } = partsOf(key);
    this.#entries.delete(key);
    this.#registrations.get(name)?.delete(key);
    this.#touch(name);
    if (kind === 'services' && entry.value !== undefined) {
      this.#leave(entry.value.id);
      this.#retry();
    }
    return true;
  }

  /**
   * Names of the services that have changed since this was asked last; `undefined` where a virtual service is named no more,
   * so that the whole table is to be compared.
   */
  takeChanges() {
    const changes = this.#hasLeft ? undefined : this.#changed;
    this.#changed = new Set();
    this.#hasLeft = false;
    return changes;
  }

  /** These are all there are: what is not among them is gone. @param {ReadonlyMap<string, string>} texts */
  replace(texts) {
    let changed = false;
    for (const key of [...this.#entries.keys()]) if (!texts.has(key)) changed = this.delete(key) || changed;
    for (const [key, text] of texts) changed = this.set(key, text) || changed;
    return changed;
  }

  /** The texts in force. @returns {Map<string, string>} */
  texts() {
    const texts = new Map();
    for (const [key, { good }] of this.#entries) if (good !== undefined) texts.set(key, good);
    return texts;
  }

  /** @returns {Problem[]} */
  problems() {
    return [...this.#entries.values()].flatMap(({ problems }) => problems);
  }

  /** Whether there is a service of which nothing is known: anything in the table might be that one's. */
  get hasUnknown() {
    return [...this.#entries].some(([key, { value }]) => key.startsWith('services/') && value === undefined);
  }

  /** @returns {Service[]} */
  services() {
    return [...this.#entries].flatMap(([key, { value }]) =>
      key.startsWith('services/') && value !== undefined ? [this.#compose(partsOf(key).name, value)] : [],
    );
  }

  /** @param {string} name of a service */
  #touch(name) {
    this.#composed.delete(name);
    this.#changed.add(name);
  }

  /** @param {string} id of a virtual service */
  #leave(id) {
    this.#owners.delete(id);
    this.#hasLeft = true;
  }

  /** A document with the servers that are registered for it. @param {string} name @param {any} document */
  #compose(name, { id, spec, servers, defaults, health, ramp }) {
    const composed = this.#composed.get(name);
    if (composed !== undefined) return composed;
    const all = new Map(servers);
    for (const key of this.#registrations.get(name) ?? []) {
      const entry = /** @type {Entry} */ (this.#entries.get(key));
      try {
        for (const [id, server] of byId(rehearse(spec, [withDefaults(entry.value, defaults)]).servers))
          all.set(id, server);
      } catch (error) {
        entry.problems = problemsOf(key, error);
      }
    }
    /** @type {Service} */
    const service = { name, id, spec, servers: all, health, ramp };
    this.#composed.set(name, service);
    return service;
  }

  /** @param {string | undefined} kind @param {string} key @param {string} text @returns {Reading} */
  #read(kind, key, text) {
    try {
      if (kind === 'services') return this.#readService(key, text);
      if (kind === 'servers') return parse(key, text, serverSchema);
      throw new Error('neither services/NAME nor servers/NAME/ID');
    } catch (error) {
      return { problems: problemsOf(key, error) };
    }
  }

  /** @param {string} key @param {string} text @returns {Reading} */
  #readService(key, text) {
    const reading = parse(key, text, serviceSchema);
    if ('problems' in reading) return reading;
    const { servers, health, ramp, forward, tunnel, ...given } = reading.value;
    const defaults = { forward, tunnel };
    const checked = rehearse(
      given,
      servers.map((server) => withDefaults(server, defaults)),
    );
    const id = describeService(checked.spec);
    const owner = this.#owners.get(id) ?? key;
    if (owner !== key) throw new Error(`${id} is the virtual service of ${owner}`);
    return { value: { id, spec: checked.spec, servers: byId(checked.servers), defaults, health, ramp } };
  }

  /** Two documents may have named one virtual service, and one of them is gone. */
  #retry() {
    for (const [key, { text, problems }] of [...this.#entries]) {
      if (problems.length > 0 && key.startsWith('services/')) this.set(key, text);
    }
  }
}

/** @param {string} key */
function partsOf(key) {
  const [, kind, name = ''] = /^(services(?=\/[^/]+$)|servers(?=\/[^/]+\/[^/]+$))\/([^/]+)/.exec(key) ?? [];
  return { kind, name };
}

/**
 * @template T
 * @param {string} key
 * @param {string} text
 * @param {import('zod').ZodType<T>} schema
 * @returns {{ problems: Problem[] } | { value: T }}
 */
function parse(key, text, schema) {
  const { data, error } = schema.safeParse(JSON.parse(text));
  if (error === undefined) return { value: /** @type {T} */ (data) };
  return { problems: issuesOf(error).map((issue) => ({ key, ...issue })) };
}

/** @param {any} server @param {{ forward: string, tunnel: object | undefined }} defaults */
function withDefaults(server, defaults) {
  const { tunnel, ...rest } = { ...defaults, ...server };
  return rest.forward === 'tunnel' && tunnel !== undefined ? { ...rest, tunnel } : rest;
}

/** @param {readonly DestinationState[]} servers */
function byId(servers) {
  return new Map(servers.map((server) => [describeServer(server), server]));
}

/** @param {string} key @param {unknown} error @returns {Problem[]} */
function problemsOf(key, error) {
  const field = error instanceof Refusal ? error.field : '';
  return [{ key, field, message: messageOf(error) }];
}
