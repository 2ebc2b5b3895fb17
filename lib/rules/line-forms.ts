/**
 * What lines have in common that differ in their values alone. A rule file repeats a few forms thousands of times:
 * which options go together is checked once for each, and a value that stays the same is read once.
 */

import type { Command } from '../model/command';
import { checkValues } from './check-line';
import type { Line } from './line';
import { commandOf } from './line-command';
import { type Entry, read, VOCABULARY } from './parse-line';
import { Scanner } from './scanner';

/** An option in a word of its own; its value, if any, is the next word. */
const PLAIN = /^-(?:.|-[^=]+)$/;

/** Values: where one may be left out it cannot begin as an option does, and `#` begins a comment. */
const VALUE = ' +([^ #][^ ]*)';
const OPTIONAL_VALUE = ' +([^ #-][^ ]*)';

class Form {
  readonly #pattern: RegExp;
  /** The options that are followed by a value. */
  readonly #options: readonly Entry[];
  /** Of the line before. */
  readonly #values: (string | undefined)[];
  /** The line before, into which the next one's values are read. */
  readonly #line: Line;

  /** `line` has been read of such words, and everything but the values of `options` holds for the whole form. */
  constructor(pattern: string, options: readonly Entry[], line: Line) {
    this.#pattern = new RegExp(`^ *(?:(?:ipvs|lvs)adm +)?${pattern} *$`);
    this.#options = options;
    this.#values = options.map(() => undefined);
    this.#line = line;
  }

  /** What a line of this form asks for; `undefined` where it has another. Throws as `parse` does. */
  read(row: string): Command | undefined {
    const found = this.#pattern.exec(row);
    if (found === null) return undefined;
    const values = this.#values;
    for (let n = 0; n < values.length; n++) {
      const value = found[n + 1];
      if (value === values[n]) continue;
      values[n] = undefined; // in case it is bad
      read(this.#options[n] as Entry, this.#line, value);
      values[n] = value;
    }
    checkValues(this.#line);
    return commandOf(this.#line);
  }
}

/** The form of a line; `undefined` for those that are written in unusual ways. */
function formOf(words: readonly string[], line: Line): Form | undefined {
  // What the others mean can hang on the service.
  if (line.given.length > 0 && line.given[0] !== 'service-address') return undefined;
  const scanner = new Scanner(words, VOCABULARY);
  const options: Entry[] = [];
  const pattern: string[] = [];
  for (let option = scanner.next(); option !== undefined; option = scanner.next()) {
    if (!PLAIN.test(scanner.word)) return undefined;
    const value = option.optional === undefined ? VALUE : OPTIONAL_VALUE;
    pattern.push(scanner.value === undefined ? scanner.word : scanner.word + value);
    if (scanner.value !== undefined) options.push(option);
  }
  return new Form(pattern.join(' +'), options, line);
}

const MAX_FORMS = 16;

/** The forms of a file's lines, as they come up. */
export class Forms {
  readonly #forms: Form[] = [];

  /** What a line asks for, if its form is known. Throws as `parse` does. */
  read(row: string): Command | undefined {
    for (const form of this.#forms) {
      const command = form.read(row);
      if (command !== undefined) return command;
    }
    return undefined;
  }

  /** Takes note of the form of a line that changes the table. The line is not to be used any more. */
  learn(words: readonly string[], line: Line): void {
    if (this.#forms.length === MAX_FORMS) return;
    const form = formOf(words, line);
    if (form !== undefined) this.#forms.push(form);
  }
}
