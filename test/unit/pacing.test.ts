import { expect, test } from '@jest/globals';
import { finish, inSlices } from '../../lib/session/pacing';

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
