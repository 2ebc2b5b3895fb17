// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from './cache.mjs';

/** What a guest's kernel says, kept in case somebody has to read it. */
export class Console {
  #text = '';
  #live;

  /** @param {boolean} live show it on stderr, too */
  constructor(live) {
    this.#live = live;
  }

  /** @param {import('node:stream').Readable} stream */
  listen(stream) {
    stream.setEncoding('utf8').on('data', (text) => {
      this.#text += text;
      if (this.#live) process.stderr.write(text);
    });
  }

  /** Saves it all and returns the lines that say where to look. */
  report() {
    const path = join(cache, `console-${process.pid}.log`);
    mkdirSync(cache, { recursive: true });
    writeFileSync(path, this.#text);
    const last = this.#live ? [] : this.#text.trimEnd().split('\n').slice(-15);
    return [
      ...last.map((line) => `  | ${line}`),
      `The whole console log: ${path}`,
      '--console shows it live.',
    ];
  }
}
