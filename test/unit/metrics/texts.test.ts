import { expect, test } from '@jest/globals';
import { Texts } from '../../../lib/metrics/texts';
import { Random } from '../../../lib/simulator/random';

const BLOCK = 4096;

test.each([1, 2, 3])('many texts are those that were added or kept, in every place (seed %i)', (seed) => {
  const random = new Random(seed);
  let before: { texts: Texts; expected: string[] } | undefined;
  const lengths = [
    3,
    BLOCK - 1,
    BLOCK,
    BLOCK + 1,
    2 * BLOCK + 7,
    2 * BLOCK + 7,
    BLOCK + 1,
    2 * BLOCK + 9,
    0,
    5,
  ];
  for (const [generation, length] of lengths.entries()) {
    const texts = new Texts(length, before?.texts);
    const expected: string[] = [];
    // From none of them that changes to one in two.
    const share = [1000, 2, 100_000][generation % 3] as number;
    for (let n = 0; n < length; n++) {
      const old = before?.expected[n];
      if (old !== undefined && random.below(share) !== 0) {
        texts.keep();
        expected.push(old);
      } else {
        const text = `${generation} "ü" ${n}`.repeat(1 + random.below(3));
        texts.add(text);
        expected.push(text);
      }
    }
    texts.end();
    expect(texts.length).toBe(length);
    expect(Array.from({ length }, (_, n) => texts.at(n))).toEqual(expected);
    if (length > 0) expect(texts.closed(length - 1)).toBe(`${expected.at(-1)}} `);
    before = { texts, expected };
  }
});
