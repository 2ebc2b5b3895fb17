import { expect, test } from '@jest/globals';
import { finish, pace } from '../../lib/session/pacing';

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

test('pace lets the event loop turn between steps', async () => {
  let turns = 0;
  const immediate = setInterval(() => turns++, 0);
  await expect(pace(work(20, 2))).resolves.toBe('done');
  clearInterval(immediate);
  expect(turns).toBeGreaterThan(5);
});

test('pace rejects with what a step throws', async () => {
  // biome-ignore lint/correctness/useYield: the first step fails
  function* failing(): Generator<void, never> {
    throw new RangeError('bad');
  }
  await expect(pace(failing())).rejects.toThrow(RangeError);
});
