// @ts-check
import { Backoff } from '../backoff.mjs';
import { EtcdConnection } from './connection.mjs';

/** @typedef {import('./connection.mjs').EtcdOptions} EtcdOptions */

/**
 * Does something with a member of the cluster for as long as it goes well, then with the next one, until the signal.
 * Each client begins with another member, so that many share the members evenly.
 *
 * @param {EtcdOptions} options
 * @param {AbortSignal} signal
 * @param {(connection: EtcdConnection, succeeded: () => void) => Promise<void>} act `succeeded` makes the next wait short
 * @param {(error: unknown, endpoint: string) => void} failed
 */
export async function withMember(options, signal, act, failed) {
  const { endpoints } = options;
  const backoff = new Backoff();
  for (let at = Math.floor(Math.random() * endpoints.length); !signal.aborted; at++) {
    const endpoint = /** @type {string} */ (endpoints[at % endpoints.length]);
    /** @type {EtcdConnection | undefined} */
    let connection;
    try {
      connection = await EtcdConnection.open(endpoint, options);
      await act(connection, () => backoff.reset());
    } catch (error) {
      if (signal.aborted) return;
      failed(error, endpoint);
      await backoff.wait(signal);
    } finally {
      connection?.close();
    }
  }
}
