// @ts-check
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Backoff } from '../src/backoff.mjs';
import { fakeTime, soon } from './support/fake-time.mjs';

/** @type {() => void} */
let realTime;
beforeEach(() => {
  realTime = fakeTime();
});
afterEach(() => realTime());

test('waits double up to the bound, differ among clients, and are short again after a success', async () => {
  const backoff = new Backoff({ least: 1000, most: 8000 });
  const { signal } = new AbortController();
  const wait = async () => {
    const begun = Date.now();
    let isOver = false;
    backoff.wait(signal).then(() => {
      isOver = true;
    });
    await soon(() => isOver);
    return Date.now() - begun;
  };
  for (const most of [1000, 2000, 4000, 8000, 8000]) {
    const took = await wait();
    assert.ok(took >= most / 2 && took <= most + 100, `${took} of ${most}`);
  }
  backoff.reset();
  assert.ok((await wait()) <= 1100);
});

test('the end ends a wait', async () => {
  const end = new AbortController();
  const waiting = new Backoff({ least: 1e9, most: 1e9 }).wait(end.signal);
  end.abort();
  await waiting;
});
