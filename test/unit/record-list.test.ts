import { expect, test } from '@jest/globals';
import { RecordList } from '../../lib/wire/record-list';

const SIZE = 56;
const COUNT = 5000;

function fill(list: RecordList, count: number): void {
  for (let n = 0; n < count; n++) {
    const at = list.append();
    list.memory.setU32(at, n);
  }
}

function written(list: RecordList): number[] {
  return Array.from({ length: list.length }, (_, n) => list.memory.getU32(list.at(n)));
}

const NUMBERS = Array.from({ length: COUNT }, (_, n) => n);

test('a list keeps its records as it grows', () => {
  const list = new RecordList(SIZE);
  fill(list, COUNT);
  expect(written(list)).toEqual(NUMBERS);
});

test('it grows in steps of 64 KiB, to where it next is full', () => {
  const list = new RecordList(SIZE);
  fill(list, COUNT);
  let steps = 0;
  for (const _ of list.grow(COUNT * 2)) steps++;
  expect(steps).toBe(Math.ceil((COUNT * SIZE) / 65_536) - 1);
  expect(written(list)).toEqual(NUMBERS);
  while (!list.isFull) list.append();
  expect(list.length).toBe(COUNT * 2);
  expect(list.memory.getU32(list.at(COUNT))).toBe(0);
});
