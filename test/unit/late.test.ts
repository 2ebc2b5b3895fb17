import { expect, test } from '@jest/globals';
import { Late } from '../../lib/session/late';

function setUp(): { late: Late<{ close(): void }>; counts: { made: number; closed: number } } {
  const counts = { made: 0, closed: 0 };
  const make = () => {
    counts.made++;
    return { close: () => counts.closed++ };
  };
  return { late: new Late(make), counts };
}

test('it is made once, with its first use, and closed', () => {
  const { late, counts } = setUp();
  expect(counts).toEqual({ made: 0, closed: 0 });
  expect(late.get()).toBe(late.get());
  expect(counts).toEqual({ made: 1, closed: 0 });
  late.close();
  expect(counts).toEqual({ made: 1, closed: 1 });
});

test('what is never used is never made, and is closed where it is used afterwards', () => {
  const { late, counts } = setUp();
  late.close();
  expect(counts).toEqual({ made: 0, closed: 0 });
  late.get();
  expect(counts).toEqual({ made: 1, closed: 1 });
});
