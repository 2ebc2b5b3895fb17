// @ts-check
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether a file is there and no older than what it is made of.
 *
 * @param {string} output
 * @param {string[]} sources files, and folders with everything in them
 */
export function isUpToDate(output, sources) {
  const built = statSync(output, { throwIfNoEntry: false });
  return built !== undefined && sources.every((source) => newest(source) <= built.mtimeMs);
}

/**
 * When a file, or something in a folder, was changed last.
 *
 * @param {string} path
 * @returns {number}
 */
function newest(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.mtimeMs ?? 0;
  const sources = readdirSync(path).filter((name) => name !== 'build');
  return Math.max(0, ...sources.map((name) => newest(join(path, name))));
}
