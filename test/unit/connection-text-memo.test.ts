import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Memory } from '../../lib/wire/records';
import { TextMemo } from '../../lib/wire/text-memo';

const texts = fc.array(fc.array(fc.constantFrom(0, 1, 254, 255), { minLength: 16, maxLength: 16 }), {
  minLength: 1,
  maxLength: 500,
});
const decode = ({ u8 }: Memory, offset: number) => u8.subarray(offset, offset + 16).join(' ');

test('a memo says what it is a memo of', () => {
  const memo = new TextMemo(decode);
  fc.assert(
    fc.property(texts, (all) => {
      const memory = new Memory(new ArrayBuffer(16 * all.length));
      memory.u8.set(all.flat());
      for (const repeat of [1, 2]) {
        for (const [index, bytes] of all.entries()) {
          expect([repeat, memo.text(memory, 16 * index)]).toEqual([repeat, bytes.join(' ')]);
        }
      }
    }),
  );
});

test('it decodes what repeats once', () => {
  let decoded = 0;
  const memo = new TextMemo((memory, offset) => {
    decoded++;
    return decode(memory, offset);
  });
  const memory = new Memory(new ArrayBuffer(32));
  memory.setName(16, 'ESTABLISHED');
  for (let i = 0; i < 10; i++) memo.text(memory, i % 2 ? 16 : 0);
  expect(decoded).toBe(2);
});

test('addresses of one network do not meet', () => {
  let decoded = 0;
  const memo = new TextMemo(() => `${decoded++}`);
  const memory = new Memory(new ArrayBuffer(16));
  memory.u8.set([0x20, 0x01, 0x0d, 0xb8]);
  for (let round = 0; round < 2; round++) {
    for (let host = 0; host < 256; host++) {
      memory.setU8(15, host);
      memo.text(memory, 0);
    }
  }
  expect(decoded).toBeLessThan(256 + 64);
});
