/** Names that an object may not have: a field that is misspelt would otherwise be ignored. */

import { conflict, shown } from './argument';

/** In place of what is absent: it has no fields. */
export const NOTHING = {};

/** How many names an object has; -1 of a function, which is never meant. */
export function fieldCount(value: object): number {
  if (typeof value === 'function') return -1;
  let count = 0;
  for (const _ in value) count++;
  return count;
}

/** The fields of one kind of object. */
export class Fields {
  readonly #names: readonly string[];
  readonly #known: ReadonlySet<string>;

  /**
   * `names` are those that mean something. `reported` are further ones that listings report, which are ignored: what a
   * listing reports can be passed back as it is.
   */
  constructor(names: readonly string[], reported: readonly string[] = []) {
    this.#names = names;
    this.#known = new Set([...names, ...reported]);
  }

  /**
   * Throws at the first name of `value` that is none of these. `given` is how many of them the caller has seen there:
   * where there are no others, which is nearly always, counting costs less than looking each of them up.
   */
  check(path: string, value: object, given?: number, hint?: (name: string) => string | undefined): void {
    if (given === undefined || fieldCount(value) !== given) this.#checkEach(path, value, hint);
  }

  #checkEach(path: string, value: object, hint?: (name: string) => string | undefined): void {
    for (const name in value) {
      const field = (value as Record<string, unknown>)[name];
      if (this.#known.has(name) || field === undefined) continue;
      const meant = hint?.(name) ?? this.#suggestion(name);
      throw conflict(
        path === '' ? name : `${path}.${name}`,
        ` is not a known field (got ${shown(field)}): ${meant}`,
      );
    }
  }

  #suggestion(name: string): string {
    const near = this.#names.find((known) => isNear(name, known));
    return near === undefined ? `the fields are ${this.#names.join(', ')}` : `did you mean ${near}?`;
  }
}

/** Whether one is the other with at most two letters added, left out, changed or swapped with their neighbour. */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 2) return false;
  return distance(a.toLowerCase(), b.toLowerCase()) <= Math.min(2, Math.floor(b.length / 3));
}

/** The number of such steps (Damerau and Levenshtein's, of neighbours). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (last[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(changed, (last[j] as number) + 1, (row[j - 1] as number) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] as number) + 1);
      }
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length] as number;
}
