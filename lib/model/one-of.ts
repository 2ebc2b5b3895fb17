/** Fields whose value is one of a few names. */

/** Whoever only lists is told of no bad argument. */
const errors = () => require('../errors/argument') as typeof import('../errors/argument');

/** The names that a field may have, and what each stands for. */
export class OneOf<T> {
  readonly #meanings: ReadonlyMap<string, T>;
  /** The last one checked: rules in a row mostly say the same. */
  #latest: { name: string; meaning: T } | undefined;

  constructor(meanings: Iterable<readonly [string, T]>) {
    this.#meanings = new Map(meanings);
  }

  /** What the name stands for; throws where the value is none of them. */
  check(path: string, value: unknown): T {
    const latest = this.#latest;
    if (latest !== undefined && value === latest.name) return latest.meaning;
    const meaning = this.get(value);
    if (meaning === undefined) throw this.#refusal(path, value);
    this.#latest = { name: value as string, meaning };
    return meaning;
  }

  /** As `check`, for the element of a list. */
  checkElement(list: string, index: number, value: unknown): T {
    const meaning = this.get(value);
    if (meaning === undefined) throw Object.assign(this.#refusal(`${list}[${index}]`, value), { index });
    return meaning;
  }

  /** What the name stands for; `undefined` where the value is none of them. */
  get(value: unknown): T | undefined {
    return this.#meanings.get(value as string);
  }

  /** In the order in which they were given. */
  names(): string[] {
    return [...this.#meanings.keys()];
  }

  #refusal(path: string, value: unknown) {
    const expected = `one of ${this.names().join(', ')}`;
    return typeof value === 'string'
      ? errors().invalidValue(path, expected, value)
      : errors().invalidType(path, expected, value);
  }
}
