// @ts-check
/* What the tests take from Jest, by Node's own runner: Jest's compiler has no build here for the emulated machine. */
import { after, afterEach, before, beforeEach, describe as nodeDescribe, test as nodeTest } from 'node:test';
import { format } from 'node:util';
import { expect } from 'expect';

/**
 * @template {(name: string, work: () => any) => unknown} F
 * @param {F} define
 */
function withEach(define) {
  /** @param {string} name @param {() => unknown} work */
  const plain = (name, work) => define(name, () => work());
  /** @param {readonly any[]} rows */
  const each = (rows) => (/** @type {string} */ name, /** @type {(...row: any[]) => unknown} */ work) => {
    for (const row of rows) {
      const values = Array.isArray(row) ? row : [row];
      const places = name.match(/%[sidjop]/g)?.length ?? 0;
      define(format(name.replaceAll(/%[ip]/g, '%s'), ...values.slice(0, places)), () => work(...values));
    }
  };
  return Object.assign(plain, { each });
}

const test = withEach(nodeTest);
const describe = withEach(nodeDescribe);

export { after as afterAll, afterEach, before as beforeAll, beforeEach, describe, expect, test, test as it };
