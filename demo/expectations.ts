import { describeTally, type Tally } from '../lab/tally';

/** The cluster did not do what the demo says it does. */
export class Disappointment extends Error {
  override readonly name = 'Disappointment';
}

/** Stops the demo unless the condition holds. */
export function expect(condition: boolean, claim: string): asserts condition {
  if (!condition) throw new Disappointment(claim);
}

/** Stops the demo unless exactly these answered. */
export function expectTally(actual: Tally, expected: Tally): void {
  const [got, wanted] = [describeTally(actual), describeTally(expected)];
  expect(got === wanted, `expected the answers ${wanted}, got ${got}`);
}

/** Stops the demo unless one real server answered everything; returns its name. */
export function expectOneServer(actual: Tally, requests: number): string {
  const [server = ''] = Object.keys(actual);
  expect(
    /^rs\d$/.test(server) && actual[server] === requests,
    `expected one server for all, got ${describeTally(actual)}`,
  );
  return server;
}
