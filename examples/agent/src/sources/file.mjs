// @ts-check
import { realpathSync, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { parse } from 'yaml';
import { Documents } from '../documents.mjs';
import { messageOf } from '../names.mjs';

/** @typedef {import('./source.mjs').Source} Source */

/** A program that writes a file in pieces is given so many milliseconds. */
const SETTLING = 100;

/**
 * A YAML or JSON file: `services:`, each by its name. Read again whenever it changes, and taken over whole or not at all.
 *
 * @implements {Source}
 */
export class FileSource {
  #path;
  #log;
  /** @type {import('./source.mjs').SourceStatus} */
  status = { isCurrent: false, problems: [] };
  reload = () => {};

  /** @param {string} path @param {import('pino').Logger} log */
  constructor(path, log) {
    this.#path = path;
    this.#log = log;
  }

  /** @type {Source['run']} */
  async run(documents, changed, signal) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    let isReading = Promise.resolve();
    this.reload = () => {
      isReading = isReading.then(async () => {
        if (await this.#read(documents)) changed();
      });
    };
    let target = realTarget(this.#path);
    // The folder, since editors and configuration managers put a new file, or a link to another one, in the old one's place.
    const watcher = watch(dirname(this.#path), (_, name) => {
      const before = target;
      target = realTarget(this.#path);
      if (name !== null && name !== basename(this.#path) && target === before) return;
      clearTimeout(timer);
      timer = setTimeout(() => this.reload(), SETTLING);
    });
    watcher.on('error', (error) =>
      this.#log.error({ err: error }, 'changes of the file go unnoticed: send SIGHUP'),
    );
    this.reload();
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    clearTimeout(timer);
    watcher.close();
    await isReading;
  }

  /** Whether it was taken over. @param {Documents} documents */
  async #read(documents) {
    const { texts, problems } = await readServices(this.#path);
    this.status = { isCurrent: problems.length === 0, problems };
    if (problems.length > 0) {
      this.#log.error(
        { file: this.#path, problems },
        'the file is refused; what it said before stays in force',
      );
      return false;
    }
    documents.replace(texts);
    return true;
  }
}

/** Where a path leads in the end; it may go through links, as a Kubernetes ConfigMap's do. @param {string} path */
function realTarget(path) {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/**
 * The file's services, checked whole.
 *
 * @param {string} path
 * @returns {Promise<{ texts: Map<string, string>, problems: import('../documents.mjs').Problem[] }>}
 */
export async function readServices(path) {
  const documents = new Documents();
  try {
    const content = parse(await readFile(path, 'utf8'));
    const { services, ...others } = content ?? {};
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw new Error(`'${unknown}' is not known: all is under 'services'`);
    if (services === null || typeof services !== 'object') throw new Error("it has no 'services'");
    for (const [name, service] of Object.entries(services))
      documents.set(`services/${name}`, JSON.stringify(service));
  } catch (error) {
    return { texts: new Map(), problems: [{ key: path, field: '', message: messageOf(error) }] };
  }
  return { texts: documents.texts(), problems: documents.problems() };
}
