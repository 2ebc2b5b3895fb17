import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { IpvsSync } from '../../../lib/index';
import { crowd } from './crowd';
import { NETNS, setTable } from './table';

const SIZE = 20_000;
const PER_SERVER = { count: SIZE / 4, state: 'ESTABLISHED' };

const table = setTable();

test('20,000 connections are fed', () => table.feed(crowd(SIZE)));

test('each is listed once, and the event loop turns all the while', async () => {
  let listed: string[] = [];
  let turns = 0;
  let over = false;
  const turning = (async () => {
    for (; !over; turns++) await setImmediate();
  })();
  // The kernel counts its places over all namespaces: where an entry of an earlier test's expires meanwhile, one is skipped.
  for (let tries = 0; listed.length !== SIZE && tries < 5; tries++) {
    listed = [];
    for await (const { client } of table.ipvs.connections()) listed.push(client.address);
  }
  over = true;
  await turning;
  expect(listed).toHaveLength(SIZE);
  expect(new Set(listed).size).toBe(SIZE);
  expect(turns).toBeGreaterThan(SIZE / 1000);
});

test('they are counted', async () => {
  expect(await table.ipvs.countConnections([])).toEqual([{ count: SIZE }]);
  const rows = await table.ipvs.countConnections(['destination', 'state']);
  expect(rows).toHaveLength(4);
  for (const row of rows) expect(row).toMatchObject(PER_SERVER);
  expect(await table.ipvs.countConnections(['client'])).toHaveLength(SIZE);
});

test('so they are synchronously', () => {
  using sync = IpvsSync.open({ netns: NETNS });
  let count = 0;
  for (const _ of sync.connections({ destination: { address: '10.77.0.1' } })) count++;
  expect(count).toBe(SIZE / 4);
  expect(sync.countConnections(['state'])).toEqual([{ count: SIZE, state: 'ESTABLISHED' }]);
});
