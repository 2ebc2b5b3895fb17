import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { findClock, now } from '../../lib/session/clock';
import { finish, inSlices, TimeSlice } from '../../lib/session/pacing';

function* work(steps: number, milliseconds: number): Generator<void, string> {
  for (let n = 0; n < steps; n++) {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
    yield;
  }
  return 'done';
}

test('finish runs to the end at once', () => {
  expect(finish(work(3, 0))).toBe('done');
});

test('inSlices lets the event loop turn between steps', async () => {
  let turns = 0;
  const immediate = setInterval(() => turns++, 0);
  await expect(inSlices(work(20, 2))).resolves.toBe('done');
  clearInterval(immediate);
  expect(turns).toBeGreaterThan(5);
});

test('inSlices lets it turn as often as steps take a millisecond', async () => {
  let turns = 0;
  let steps = 0;
  /** The most steps between two turns of the loop. */
  let most = 0;
  let running = true;
  const count = () => {
    turns++;
    most = Math.max(most, steps);
    steps = 0;
    if (running) setImmediate(count);
  };
  setImmediate(count);
  function* counted(): Generator<void, void> {
    for (const _ of work(30, 3)) {
      steps++;
      yield;
    }
  }
  await inSlices(counted());
  running = false;
  expect(turns).toBeGreaterThanOrEqual(25);
  // The first step, of which no time is known yet, and the one after it.
  expect(most).toBeLessThanOrEqual(2);
});

test('inSlices rejects with what a step throws', async () => {
  // biome-ignore lint/correctness/useYield: the first step fails
  function* failing(): Generator<void, never> {
    throw new RangeError('bad');
  }
  await expect(inSlices(failing())).rejects.toThrow(RangeError);
});

test('the clock counts milliseconds', () => {
  const before = performance.now();
  const began = now();
  const between = performance.now();
  while (performance.now() < between + 20);
  const ends = performance.now();
  const took = now() - began;
  // However long the processor is busy elsewhere between two looks.
  expect(took).toBeGreaterThanOrEqual(ends - between - 0.01);
  expect(took).toBeLessThanOrEqual(performance.now() - before + 0.01);
});

describe('a slice', () => {
  let time: number;
  let looks: number;

  // Time passes when the test says so.
  beforeEach(() => {
    [time, looks] = [0, 0];
    jest.spyOn(process, 'hrtime').mockImplementation(() => {
      looks++;
      return [Math.floor(time / 1000), (time % 1000) * 1e6];
    });
    findClock();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    findClock();
  });

  /** Milliseconds until the slice is over, with steps that take so long each. */
  function lengthOf(slice: TimeSlice, step: number): number {
    slice.begin();
    const began = time;
    do time += step;
    while (!slice.isOver());
    return time - began;
  }

  test('of short steps takes a millisecond, and looks at the clock a few times', () => {
    const slice = new TimeSlice();
    for (let n = 0; n < 20; n++) lengthOf(slice, 0.001);
    looks = 0;
    const length = lengthOf(slice, 0.001);
    expect(length).toBeGreaterThanOrEqual(0.999);
    expect(length).toBeLessThan(1.3);
    expect(looks).toBeGreaterThanOrEqual(4);
    expect(looks).toBeLessThanOrEqual(10);
  });

  test('ends with the step that ends the millisecond', () => {
    expect(lengthOf(new TimeSlice(), 1)).toBe(1);
  });

  test('of steps that become long is soon as short as they allow', () => {
    const slice = new TimeSlice();
    for (let n = 0; n < 20; n++) lengthOf(slice, 0.0001);
    lengthOf(slice, 2);
    const steps = Array.from({ length: 4 }, () => lengthOf(slice, 2) / 2);
    expect(steps.at(-1)).toBe(1);
  });

  test('of steps that become short again looks at the clock seldom again, but not more seldom than every 256', () => {
    const slice = new TimeSlice();
    lengthOf(slice, 5);
    for (let n = 0; n < 20; n++) lengthOf(slice, 0.00001);
    looks = 0;
    const length = lengthOf(slice, 0.00001);
    const steps = Math.round(length / 0.00001);
    expect(steps / looks).toBeGreaterThan(200);
    expect(steps / looks).toBeLessThanOrEqual(256);
  });
});
