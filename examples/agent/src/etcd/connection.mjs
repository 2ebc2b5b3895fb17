// @ts-check
/**
 * A conversation with one member of an etcd cluster, over @grpc/grpc-js and etcd's own definitions (rpc.proto).
 * Not by the package etcd3: its watcher has no way to demand a leader, so that it stays for ever on a member that a
 * partition has cut off, and it does not tell a compacted revision from any other failure.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Channel, credentials, loadPackageDefinition, Metadata } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const definition = loadSync(fileURLToPath(new URL('rpc.proto', import.meta.url)), {
  keepCase: true,
  longs: String, // the ID of a lease is longer than a number
  enums: String,
  defaults: true,
});
const api = /** @type {any} */ (loadPackageDefinition(definition)).etcdserverpb;

const PAGE = 1000;
const DEADLINE = 5000;

const CHANNEL = {
  // A peer that is gone without a word is noticed after 15 s. etcd ends connections that ask more often than each 5 s, or
  // while nothing is under way.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5000,
  'grpc.keepalive_permit_without_calls': 0,
  // A connection of its own: those that all of a process share wait up to two minutes after they failed.
  'grpc.use_local_subchannel_pool': 1,
  // Many keys may change in one revision.
  'grpc.max_receive_message_length': -1,
};

/**
 * @typedef {object} EtcdOptions
 * @property {string[]} endpoints `http://host:port` or `https://host:port`
 * @property {{ ca?: string | undefined, certificate?: string | undefined, key?: string | undefined } | undefined} [tls] files
 * @property {string | undefined} [user]
 * @property {string | undefined} [passwordFile]
 */

/** @typedef {{ type: 'PUT' | 'DELETE', key: string, value: string }} EtcdEvent */

/** What follows the revision that was seen last is not known: it was compacted, or etcd was restored from before it. */
export class HistoryError extends Error {}

export class EtcdConnection {
  #clients;
  #metadata = new Metadata();

  /** @param {string} endpoint @param {import('@grpc/grpc-js').ChannelCredentials} channelCredentials */
  constructor(endpoint, channelCredentials) {
    const { host } = new URL(endpoint);
    const channelOverride = new Channel(host, channelCredentials, CHANNEL);
    const make = (/** @type {string} */ name) => new api[name](host, channelCredentials, { channelOverride });
    this.endpoint = endpoint;
    this.#clients = { KV: make('KV'), Watch: make('Watch'), Lease: make('Lease'), Auth: make('Auth') };
    // A member without a leader refuses, or ends a watch, instead of knowing nothing new for ever.
    this.#metadata.set('hasleader', 'true');
  }

  /** @param {string} endpoint @param {EtcdOptions} options */
  static async open(endpoint, options) {
    // Files are read each time: certificates and passwords are renewed.
    const connection = new EtcdConnection(endpoint, channelCredentials(endpoint, options));
    const { user, passwordFile } = options;
    if (user === undefined) return connection;
    try {
      const password = readFileSync(/** @type {string} */ (passwordFile), 'utf8').trimEnd();
      const { token } = await connection.#ask('Auth', 'Authenticate', { name: user, password });
      connection.#metadata.set('token', token);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** All under a prefix, as of one revision. @param {string} prefix */
  async list(prefix) {
    /** @type {Map<string, string>} */
    const texts = new Map();
    let key = Buffer.from(prefix);
    let revision = '0';
    for (;;) {
      const request = { key, range_end: endOf(prefix), limit: PAGE, revision };
      const { header, kvs, more } = await this.#ask('KV', 'Range', request);
      if (revision === '0') revision = header.revision;
      for (const kv of kvs) texts.set(kv.key.toString(), kv.value.toString());
      if (!more) return { texts, revision: Number(revision) };
      key = Buffer.concat([kvs.at(-1).key, Buffer.of(0)]);
    }
  }

  /**
   * What changes under a prefix, a revision at a time or several; the first, empty, says that the watch stands.
   * Ends by throwing.
   *
   * @param {string} prefix
   * @param {number} from the first revision of interest
   * @param {AbortSignal} signal
   * @returns {AsyncGenerator<{ revision: number, events: EtcdEvent[] }, void>}
   */
  async *watch(prefix, from, signal) {
    const call = this.#clients.Watch.Watch(this.#metadata);
    const cancel = () => call.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      call.write({
        create_request: {
          key: Buffer.from(prefix),
          range_end: endOf(prefix),
          start_revision: from,
          progress_notify: true,
          fragment: true,
        },
      });
      /** @type {EtcdEvent[]} */
      let events = [];
      let revision = from - 1;
      for await (const response of call) {
        if (Number(response.compact_revision) > 0) throw new HistoryError(response.cancel_reason);
        if (response.created && Number(response.header.revision) < revision) {
          throw new HistoryError(`etcd is at revision ${response.header.revision}, before ${revision}`);
        }
        if (response.canceled) throw new Error(`etcd ended the watch: ${response.cancel_reason}`);
        for (const { type, kv } of response.events) {
          events.push({ type, key: kv.key.toString(), value: kv.value.toString() });
          revision = Number(kv.mod_revision);
        }
        if (response.fragment) continue;
        // A quiet prefix moves on, too, so that its revision is not compacted away.
        if (response.events.length === 0 && !response.created) revision = Number(response.header.revision);
        yield { revision, events };
        events = [];
      }
      throw new Error('etcd ended the watch');
    } finally {
      signal.removeEventListener('abort', cancel);
      call.cancel();
    }
  }

  /** @param {string} key @param {string} value @param {string} [lease] */
  async put(key, value, lease = '0') {
    await this.#ask('KV', 'Put', { key: Buffer.from(key), value: Buffer.from(value), lease });
  }

  /** @param {string} prefix @returns {Promise<number>} how many keys there were */
  async deleteAll(prefix) {
    const request = { key: Buffer.from(prefix), range_end: endOf(prefix) };
    return Number((await this.#ask('KV', 'DeleteRange', request)).deleted);
  }

  /** @param {number} seconds @returns {Promise<string>} its ID */
  async grant(seconds) {
    return (await this.#ask('Lease', 'LeaseGrant', { TTL: seconds })).ID;
  }

  /** @param {string} lease */
  async revoke(lease) {
    await this.#ask('Lease', 'LeaseRevoke', { ID: lease });
  }

  /** Extends a lease once. @param {string} lease @returns {Promise<number>} seconds left; 0 where it has run out */
  async keepAlive(lease) {
    const call = this.#clients.Lease.LeaseKeepAlive(this.#metadata, { deadline: Date.now() + DEADLINE });
    try {
      call.write({ ID: lease });
      for await (const { TTL } of call) return Number(TTL);
      throw new Error('etcd did not answer');
    } finally {
      call.cancel();
    }
  }

  close() {
    for (const client of Object.values(this.#clients)) client.close();
  }

  /**
   * @param {'KV' | 'Lease' | 'Auth'} service
   * @param {string} method
   * @param {object} request
   * @returns {Promise<any>}
   */
  #ask(service, method, request) {
    return new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + DEADLINE };
      this.#clients[service][method](
        request,
        this.#metadata,
        options,
        (/** @type {any} */ error, /** @type {any} */ answer) => (error ? reject(error) : resolve(answer)),
      );
    });
  }
}

/** @param {string} endpoint @param {EtcdOptions} options */
function channelCredentials(endpoint, { tls = {} }) {
  if (!endpoint.startsWith('https:')) return credentials.createInsecure();
  const read = (/** @type {string | undefined} */ file) => (file === undefined ? null : readFileSync(file));
  return credentials.createSsl(read(tls.ca), read(tls.key), read(tls.certificate));
}

/** The first key after all with this prefix. @param {string} prefix */
function endOf(prefix) {
  const end = Buffer.from(prefix);
  end[end.length - 1] = /** @type {number} */ (end.at(-1)) + 1;
  return end;
}
