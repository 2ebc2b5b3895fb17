import { expect, test } from '@jest/globals';
import { TextBuffer } from '../../../lib/metrics/text-buffer';
import { Texts } from '../../../lib/metrics/texts';
import { Random } from '../../../lib/simulator/random';

test.each([1, 2, 3])('many texts are those that were added, after some of those before (seed %i)', (seed) => {
  const random = new Random(seed);
  let before: { texts: Texts; expected: string[] } | undefined;
  for (const [generation, length] of [3, 4096, 4097, 0, 5, 1000].entries()) {
    const same = Math.min(length, random.below((before?.expected.length ?? 0) + 1));
    const texts = new Texts(length, before?.texts, same);
    const expected = before?.expected.slice(0, same) ?? [];
    while (texts.length < length) {
      const text = `${generation} "ü" ${texts.length}`.repeat(random.below(9));
      texts.add(text);
      expected.push(text);
    }
    expect(Array.from({ length }, (_, n) => texts.at(n))).toEqual(expected);
    const out = new TextBuffer();
    const beginning = new TextBuffer();
    for (let n = 0; n < length; n++) {
      out.reserve(texts.longest + 5);
      texts.writeLine(n, out, beginning, n);
    }
    expect(out.take().toString()).toBe(expected.map((text, n) => `${text}} ${n}\n`).join(''));
    before = { texts, expected };
  }
});
