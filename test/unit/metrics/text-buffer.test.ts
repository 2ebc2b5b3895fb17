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
  const [from, none, out] = [new TextBuffer(), new TextBuffer(), new TextBuffer()];
  from.add('a\u007f\u{10ffff}\u00fc\u20ac'.repeat(5));
  let expected = '';
  for (let start = 0; start < from.length; start++) {
    for (let end = start; end <= from.length; end++) {
      const part = from.slice(start, end);
      // Cut within a character.
      if (part.includes('\ufffd')) continue;
      out.reserve(end - start + 2);
      out.addLine(none, from, start, end, 7);
      expected += `${part}7\n`;
    }
  }
  expect(expected.length).toBeGreaterThan(1000);
  expect(out.length).toBe(Buffer.byteLength(expected));
  const whole = new TextBuffer();
  whole.copy(out, out.length);
  expect(whole.take().toString()).toBe(expected);
  expect(out.take().toString()).toBe(expected);
  expect(out.length).toBe(0);
});

test('what is taken stays as it is, and holds little more than itself', () => {
  const out = new TextBuffer(1000);
  out.add('x'.repeat(990));
  const first = out.take();
  out.add('y'.repeat(5000));
  const second = out.take();
  expect(first.toString()).toBe('x'.repeat(990));
  expect(second.toString()).toBe('y'.repeat(5000));
  out.add('z');
  expect(out.take().buffer.byteLength).toBeLessThan(1100);
});
