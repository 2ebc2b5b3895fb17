/** What messages call verbs, fields and settings: the API by its own names, a command line by its options. */

/**
 * Says what a verb (`addService`), a field (`destination.weight`) or a setting (`OpenOptions.timeout`) is called;
 * `undefined` where the reader has nothing of that kind.
 */
export type Wording = (name: string) => string | undefined;

/** The API's own names. */
export const API: Wording = (name) => name;

/** As `Wording`; what has no name of its own there keeps the API's. */
export type NameOf = (name: string) => string;

/** A part of a message, whole or to be worded. */
export type Clause = string | ((name: NameOf) => string);

/** The clause in these words. */
export function worded(clause: Clause, wording: Wording): string {
  return typeof clause === 'string' ? clause : clause(namesIn(wording));
}

/** The names in these words. */
export function namesIn(wording: Wording): NameOf {
  return (name) => wording(name) ?? name;
}
