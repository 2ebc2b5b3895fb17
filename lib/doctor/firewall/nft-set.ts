/** A set or map of nf_tables: whether it has a value, and to which verdict it maps it. */

import type { Bytes } from '../network/netlink';
import { readVerdict } from './nft-verdict';
import type { Action, Maybe } from './rules';

interface Element {
  key: Uint8Array;
  action: Action | undefined;
  /** An interval ends before it. */
  isEnd: boolean;
}

export class NftSet {
  /** Bytes of a value. */
  readonly size: number;
  readonly #isInterval: boolean;
  readonly #elements: Element[] = [];
  #isUnderstood = true;

  constructor(attributes: ReadonlyMap<number, Bytes>) {
    const [FLAGS, KEY_LENGTH] = [3, 5];
    const INTERVAL = 4;
    this.size = attributes.get(KEY_LENGTH)?.be32() ?? 0;
    this.#isInterval = ((attributes.get(FLAGS)?.be32() ?? 0) & INTERVAL) !== 0;
  }

  add(element: Bytes): void {
    const [KEY, DATA, FLAGS, KEY_END] = [1, 2, 3, 10];
    const [VALUE, VERDICT] = [1, 2];
    const attributes = element.attributes();
    const key = attributes.get(KEY)?.attributes().get(VALUE)?.bytes;
    // Ranges of several fields at once, and what stands for all else.
    if (key === undefined || attributes.has(KEY_END)) {
      this.#isUnderstood = false;
      return;
    }
    const verdict = attributes.get(DATA)?.attributes().get(VERDICT);
    const isEnd = ((attributes.get(FLAGS)?.be32() ?? 0) & 1) !== 0;
    this.#elements.push({ key, isEnd, action: verdict && readVerdict(verdict) });
  }

  has(value: Uint8Array): Maybe {
    return this.#isUnderstood ? this.#find(value) !== undefined : undefined;
  }

  /** The verdict that a value is mapped to; `unknown` where it cannot be told. */
  choose(value: Uint8Array | undefined): Action | undefined {
    if (value === undefined || !this.#isUnderstood) return { does: 'unknown' };
    return this.#find(value)?.action;
  }

  #find(value: Uint8Array): Element | undefined {
    if (!this.#isInterval) return this.#elements.find(({ key }) => Buffer.compare(key, value) === 0);
    let last: Element | undefined;
    for (const element of this.#elements) {
      if (Buffer.compare(element.key, value) > 0) continue;
      const order = last === undefined ? 1 : Buffer.compare(element.key, last.key);
      // Where one interval ends another may begin.
      if (order > 0 || (order === 0 && !element.isEnd)) last = element;
    }
    return last?.isEnd ? undefined : last;
  }
}
