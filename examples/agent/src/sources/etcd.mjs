// @ts-check
import { HistoryError } from '../etcd/connection.mjs';
import { withMember } from '../etcd/members.mjs';
import { messageOf } from '../names.mjs';

/** @typedef {import('./source.mjs').Source} Source */

/**
 * The documents under a prefix of etcd: all once, then what changes. After a lost connection the watch goes on from the
 * revision that was seen last; only where etcd does not know what followed it everything is read again.
 *
 * @implements {Source}
 */
export class EtcdSource {
  #options;
  #prefix;
  #log;
  /** @type {import('./source.mjs').SourceStatus} */
  status = { isCurrent: false, problems: [] };
  /** The last revision that the documents hold. @type {number | undefined} */
  revision;

  /**
   * @param {import('../etcd/connection.mjs').EtcdOptions & { prefix: string }} options
   * @param {import('pino').Logger} log
   */
  constructor({ prefix, ...options }, log) {
    this.#options = options;
    this.#prefix = prefix;
    this.#log = log;
  }

  /** @type {Source['run']} */
  async run(documents, changed, signal) {
    await withMember(
      this.#options,
      signal,
      (connection, succeeded) => this.#follow(connection, documents, changed, signal, succeeded),
      (error, endpoint) => {
        if (error instanceof HistoryError) this.revision = undefined;
        const message = `${endpoint}: ${messageOf(error)}`;
        if (this.status.isCurrent)
          this.#log.warn({ endpoint, err: error }, 'etcd is lost: the table stays as it is');
        this.status = { isCurrent: false, problems: [{ key: 'etcd', field: '', message }] };
      },
    );
  }

  /** Nothing to do: etcd tells. */
  reload() {}

  /**
   * @param {import('../etcd/connection.mjs').EtcdConnection} connection
   * @param {import('../documents.mjs').Documents} documents
   * @param {() => void} changed
   * @param {AbortSignal} signal
   * @param {() => void} succeeded
   */
  async #follow(connection, documents, changed, signal, succeeded) {
    if (this.revision === undefined) {
      const { texts, revision } = await connection.list(this.#prefix);
      documents.replace(new Map([...texts].map(([key, text]) => [this.#keyOf(key), text])));
      this.revision = revision;
      this.#log.info({ endpoint: connection.endpoint, revision, documents: texts.size }, 'etcd was read');
      changed();
    }
    for await (const { revision, events } of connection.watch(this.#prefix, this.revision + 1, signal)) {
      succeeded();
      if (!this.status.isCurrent)
        this.#log.info({ endpoint: connection.endpoint, revision }, 'etcd is being watched');
      this.status = { isCurrent: true, problems: [] };
      this.revision = revision;
      if (events.length === 0) continue;
      for (const { type, key, value } of events) {
        if (type === 'PUT') documents.set(this.#keyOf(key), value);
        else documents.delete(this.#keyOf(key));
      }
      changed();
    }
  }

  /** @param {string} key */
  #keyOf(key) {
    return key.slice(this.#prefix.length);
  }
}
