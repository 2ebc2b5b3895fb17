import { expect, test } from '@jest/globals';
import { TextBuffer } from '../../../lib/metrics/text-buffer';

test('integers have their digits, to the last one that a number holds exactly and beyond', () => {
  const [out, none] = [new TextBuffer(), new TextBuffer()];
  const powers = Array.from({ length: 16 }, (_, n) => 10 ** n);
  const numbers = [0, 7, ...powers, ...powers.map((power) => power - 1), 2 ** 31, 2 ** 32 - 1, 2 ** 53 - 1];
  const values = [...numbers, 2n ** 53n + 1n, 2n ** 64n - 1n];
  for (const value of values) {
    out.reserve(21);
    out.addLine(none, none, 0, 0, value);
  }
  expect(out.take().toString()).toBe(values.map((value) => `${value}\n`).join(''));
});

test('text of any length is copied whole, from any place to any other', () => {
  const from = new TextBuffer();
  const text = 'a\u007f\u{10ffff}\u00fc\u20ac'.repeat(5);
  from.add(text);
  const out = new TextBuffer();
  let expected = '';
  for (let start = 0; start < from.length; start++) {
    if (from.slice(start, start + 1) === '\ufffd') continue;
    for (let end = start; end <= from.length; end++) {
      const part = from.slice(start, end);
      if (part.includes('\ufffd')) continue;
      out.reserve(end - start);
      out.copy(from, start, end);
      expected += part;
    }
  }
  expect(expected.length).toBeGreaterThan(1000);
  expect(out.length).toBe(Buffer.byteLength(expected));
  expect(out.take().toString()).toBe(expected);
  expect(out.length).toBe(0);
});
