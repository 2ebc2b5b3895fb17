// @ts-check
import { delay } from '../delay.mjs';
import { withMember } from './members.mjs';

/**
 * Keeps one key in etcd for as long as this process lives: under a lease, so that it goes when the process does.
 * Registers again where the lease has run out, or somebody has removed the key. At the signal the key goes.
 *
 * @param {import('./connection.mjs').EtcdOptions} options
 * @param {{ key: string, value: string, seconds: number }} registration
 * @param {AbortSignal} signal
 * @param {{ registered?: () => void, failed?: (error: unknown, endpoint: string) => void }} [listener]
 */
export async function register(
  options,
  { key, value, seconds },
  signal,
  { registered = () => {}, failed = () => {} } = {},
) {
  /** @type {string | undefined} */
  let lease;
  await withMember(
    options,
    signal,
    async (connection, succeeded) => {
      for (;;) {
        if (lease === undefined || (await connection.keepAlive(lease)) === 0) {
          lease = await connection.grant(seconds);
        }
        // Somebody may have deleted it, though the lease stands.
        if (!(await connection.list(key)).texts.has(key)) {
          await connection.put(key, value, lease);
          registered();
        }
        succeeded();
        await delay((seconds * 1000) / 3, signal);
        if (signal.aborted) return connection.revoke(lease);
      }
    },
    failed,
  );
}
