import { expect, test } from '@jest/globals';
import { Memory } from '../../lib/wire/memory';

test.each([8, 32 * 8, 33 * 8, 240 * 8, 241 * 8, 255 * 8, 256 * 8, 480 * 8, 1000 * 8])(
  'clearing %i bytes clears these and no others',
  (length) => {
    const memory = new Memory(new ArrayBuffer(length + 32));
    memory.u8.fill(0xaa);
    memory.clear(16, 16 + length);
    const expected = new Uint8Array(length + 32).fill(0xaa).fill(0, 16, 16 + length);
    expect(memory.u8).toEqual(expected);
  },
);
