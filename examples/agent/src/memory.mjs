// @ts-check
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @typedef {{ owns: import('@lvs/netlink').ServiceKey[], documents: [string, string][] }} Remembered */

/** What a start needs to know where the source cannot be asked: the last good documents, and which services are ours. */
export class Memory {
  #file;
  #folder;
  #last = '';
  #writing = Promise.resolve();

  /** @param {string | undefined} folder without one nothing is remembered */
  constructor(folder) {
    this.#folder = folder;
    this.#file = folder === undefined ? undefined : join(folder, 'state.json');
  }

  /** @returns {Promise<Remembered>} */
  async read() {
    try {
      return JSON.parse(await readFile(/** @type {string} */ (this.#file), 'utf8'));
    } catch {
      return { owns: [], documents: [] }; // the first start
    }
  }

  /** In one step, so that a crash leaves the old one or the new one. @param {Remembered} remembered */
  write(remembered) {
    const { file, folder } = { file: this.#file, folder: this.#folder };
    if (file === undefined || folder === undefined) return this.#writing;
    const text = JSON.stringify(remembered);
    if (text === this.#last) return this.#writing;
    this.#last = text;
    this.#writing = this.#writing.then(async () => {
      await mkdir(folder, { recursive: true });
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
    });
    return this.#writing;
  }
}
