/** Values of the API as JSON: bigints are decimal strings, and each element of a list has its own line. */

/** One value. */
export function formatJson(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part));
}

/** A list, as it comes. */
export function* jsonList(values: Iterable<unknown>): Generator<string> {
  let separator = '[\n';
  for (const value of values) {
    yield separator + formatJson(value);
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}
