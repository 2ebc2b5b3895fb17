import { expect, test } from '@jest/globals';
import { Clock, Timer } from '../../lib/simulator/clock';

test('what is due happens in order, each at its time', () => {
  const clock = new Clock();
  const seen: [string, number][] = [];
  const timer = (name: string) => new Timer(() => seen.push([name, clock.now]));
  const delays = [50, 10, 40, 10, 30, 0, 20];
  for (const [n, delay] of delays.entries()) clock.set(timer(`${n}`), delay);
  clock.advance(30);
  expect(seen).toEqual([
    ['5', 0],
    ['1', 10],
    ['3', 10],
    ['6', 20],
    ['4', 30],
  ]);
  clock.advance(100);
  expect(seen.slice(5)).toEqual([
    ['2', 40],
    ['0', 50],
  ]);
  expect(clock.now).toBe(130);
});

test('a timer can be put off, brought forward and stopped', () => {
  const clock = new Clock();
  const seen: number[] = [];
  const timer = new Timer(() => seen.push(clock.now));
  clock.set(timer, 10);
  clock.set(timer, 30);
  clock.advance(20);
  expect(seen).toEqual([]);
  clock.set(timer, 5);
  clock.advance(20);
  expect(seen).toEqual([25]);
  clock.set(timer, 5);
  clock.stop(timer);
  clock.advance(100);
  expect(seen).toEqual([25]);
  clock.set(timer, 5);
  clock.advance(5);
  expect(seen).toEqual([25, 145]);
});

test('a timer that sets itself again runs as often as it is due', () => {
  const clock = new Clock();
  const seen: number[] = [];
  const timer = new Timer(() => {
    seen.push(clock.now);
    clock.set(timer, 10);
  });
  clock.set(timer, 10);
  clock.advance(35);
  expect(seen).toEqual([10, 20, 30]);
});

test('thousands of timers', () => {
  const clock = new Clock();
  const seen: number[] = [];
  for (let n = 0; n < 5000; n++) clock.set(new Timer(() => seen.push(clock.now)), (n * 7919) % 10_007);
  clock.advance(20_000);
  expect(seen).toHaveLength(5000);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});
