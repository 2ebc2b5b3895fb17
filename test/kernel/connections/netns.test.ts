import { readFileSync, readlinkSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ipvs, IpvsSync } from '../../../lib/index';
import { crowd } from './crowd';
import { listOf, NETNS, setTable } from './table';

const table = setTable();

test("another namespace's connections, and not one's own", async () => {
  const namespace = readlinkSync('/proc/self/ns/net');
  const own = readFileSync('/proc/net/ip_vs_conn', 'utf8').trim().split('\n').length - 1;
  await table.feed(crowd(100));

  expect(await listOf(table.ipvs)).toHaveLength(100);
  using there = IpvsSync.open({ netns: NETNS });
  expect([...there.connections()]).toHaveLength(100);
  expect(there.countConnections([])).toEqual([{ count: 100 }]);

  await using here = await Ipvs.open();
  expect(await here.countConnections([])).toEqual([{ count: own }]);
  expect(readlinkSync('/proc/self/ns/net')).toBe(namespace);
  expect(readlinkSync('/proc/thread-self/ns/net')).toBe(namespace);
});
