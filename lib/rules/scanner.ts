/**
 * Splits a command line into options by the rules of popt, the library that ipvsadm uses. No library for Node has these
 * rules: a value may follow its short option directly or after `=`, may begin with `-` unless it is optional, and long
 * options cannot be abbreviated.
 */

import { CommandLineError, shownWord } from './command-line-error';

/** How an option is written. */
export interface Spelling {
  long: string;
  short?: string;
  /** The name of its value in the help; absent where it takes none. */
  value?: string;
  /** The default of a value that may be left out. */
  optional?: string;
}

/** Options by how they are written: `--list`, `-L`. */
export class Vocabulary<O extends Spelling> {
  readonly long = new Map<string, O>();
  readonly short = new Map<string, O>();

  constructor(options: Iterable<O>) {
    for (const option of options) {
      this.long.set(option.long, option);
      if (option.short !== undefined) this.short.set(option.short, option);
    }
  }
}

/** Returns one option after the other; words that belong to no option are left over. */
export class Scanner<O extends Spelling> {
  readonly leftOver: string[] = [];
  /** The value of the option that `next` returned last. */
  value: string | undefined;
  /** The word of this option. */
  word = '';
  readonly #words: readonly string[];
  readonly #vocabulary: Vocabulary<O>;
  #next = 0;
  #onlyWords = false;
  /** The rest of a word of short options. */
  #letters = '';

  constructor(words: readonly string[], vocabulary: Vocabulary<O>) {
    this.#words = words;
    this.#vocabulary = vocabulary;
  }

  /** The next option; `undefined` at the end. Throws a `CommandLineError` where popt would report an error. */
  next(): O | undefined {
    if (this.#letters !== '') return this.#short();
    while (this.#next < this.#words.length) {
      const word = this.#words[this.#next++] as string;
      if (this.#onlyWords || word.charCodeAt(0) !== DASH || word.length === 1) {
        this.leftOver.push(word);
      } else if (word === '--') {
        this.#onlyWords = true;
      } else {
        this.word = word;
        if (word.charCodeAt(1) === DASH) return this.#long(word);
        this.#letters = word.slice(1);
        return this.#short();
      }
    }
    return undefined;
  }

  #long(word: string): O {
    const equals = word.indexOf('=');
    const option = this.#vocabulary.long.get(equals < 0 ? word.slice(2) : word.slice(2, equals));
    if (option === undefined) throw this.#wrong('unknown option');
    return this.#taking(option, equals < 0 ? undefined : word.slice(equals + 1));
  }

  #short(): O {
    const option = this.#vocabulary.short.get(this.#letters.charAt(0));
    if (option === undefined) throw this.#wrong('unknown option');
    const assigned = this.#letters[1] === '=';
    const rest = this.#letters.slice(assigned ? 2 : 1);
    if (option.value === undefined) {
      if (assigned) throw this.#wrong(NO_VALUE);
      this.#letters = rest;
      return this.#taking(option, undefined);
    }
    this.#letters = '';
    return this.#taking(option, rest === '' ? undefined : rest);
  }

  #taking(option: O, attached: string | undefined): O {
    this.value = attached;
    if (option.value === undefined) {
      if (attached !== undefined) throw this.#wrong(NO_VALUE);
      return option;
    }
    if (attached !== undefined) return option;
    const following = this.#words[this.#next];
    if (following === undefined) {
      if (option.optional === undefined) throw this.#wrong(`needs a value: ${option.value}`);
    } else if (option.optional === undefined || following.charCodeAt(0) !== DASH) {
      this.value = following;
      this.#next++;
    }
    return option;
  }

  #wrong(what: string): CommandLineError {
    return new CommandLineError(`${shownWord(this.word)}: ${what}`, { unreadable: true });
  }
}

const DASH = 45;
const NO_VALUE = 'takes no value';
