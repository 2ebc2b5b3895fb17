// @ts-check
import { EtcdSource } from './etcd.mjs';
import { FileSource } from './file.mjs';

/**
 * Where documents come from.
 *
 * @typedef {object} Source
 * @property {SourceStatus} status
 * @property {(documents: import('../documents.mjs').Documents, changed: () => void, signal: AbortSignal) => Promise<void>} run
 *   puts documents in until the signal, and says when it did
 * @property {() => void} reload reads again now (SIGHUP)
 */

/**
 * @typedef {object} SourceStatus
 * @property {boolean} isCurrent whether what the source holds now is known
 * @property {import('../documents.mjs').Problem[]} problems
 */

/**
 * @param {import('../config.mjs').Config['source']} options
 * @param {import('pino').Logger} log
 * @returns {Source}
 */
export function openSource(options, log) {
  return 'file' in options ? new FileSource(options.file, log) : new EtcdSource(options.etcd, log);
}
