/**
 * Forms: what lines have in common that differ only in their values. A rule file repeats a few forms thousands of times,
 * so their options are checked once per form, and a value that does not change from line to line is read once.
 */

import type { Command } from '../model/command';
import { checkValues } from './check-values';
import type { Line } from './line';
import { commandOf } from './line-command';
import { type Entry, read, VOCABULARY } from './parse-line';
import { Scanner } from './scanner';

/** A word that is one option; its value, if it has one, is the next word. */
const PLAIN = /^-(?:.|-[^=]+)$/;

/** A value; one that may be left out cannot begin with `-`, and `#` begins a comment. */
const VALUE = ' +([^ #][^ ]*)';
const OPTIONAL_VALUE = ' +([^ #-][^ ]*)';

class Form {
  readonly #pattern: RegExp;
  /** The options that have a value. */
  readonly #options: readonly Entry[];
  /** The values of the line before. */
  readonly #values: (string | undefined)[];
  /** The line before; the values of the next one are stored in it. */
  readonly #line: Line;

  /** `line` is one of this form: all but the values of `options` holds for every line of it. */
  constructor(pattern: string, options: readonly Entry[], line: Line) {
    this.#pattern = new RegExp(`^ *(?:(?:ipvs|lvs)adm +)?${pattern} *$`);
    this.#options = options;
    this.#values = options.map(() => undefined);
    this.#line = line;
  }

  /** The command of a line of this form; `undefined` for a line of another form. Throws as `parse` does. */
  read(row: string): Command | undefined {
    const found = this.#pattern.exec(row);
    if (found === null) return undefined;
    const values = this.#values;
    for (let n = 0; n < values.length; n++) {
      const value = found[n + 1];
      if (value === values[n]) continue;
      values[n] = undefined; // in case it is invalid
      read(this.#options[n] as Entry, this.#line, value);
      values[n] = value;
    }
    checkValues(this.#line);
    return commandOf(this.#line);
  }
}

/** The form of a line; `undefined` where it is written in an unusual way. */
function formOf(words: readonly string[], line: Line): Form | undefined {
  // The meaning of the others can depend on the service.
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

/** The forms of a file's lines that have come up so far. */
export class Forms {
  readonly #forms: Form[] = [];

  /** The command of a line, if its form is known. Throws as `parse` does. */
  read(row: string): Command | undefined {
    for (const form of this.#forms) {
      const command = form.read(row);
      if (command !== undefined) return command;
    }
    return undefined;
  }

  /** Adds the form of a line that changes the table. The line must not be used afterwards. */
  learn(words: readonly string[], line: Line): void {
    if (this.#forms.length === MAX_FORMS) return;
    const form = formOf(words, line);
    if (form !== undefined) this.#forms.push(form);
  }
}
