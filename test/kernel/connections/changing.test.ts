import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { crowd } from './crowd';
import { setTable } from './table';

const LASTING = 1000;
const PASSING = 3000;

const table = setTable();

/** Other clients than those who stay. */
const passing = crowd(LASTING + PASSING, 2).slice(LASTING);

test('a table that changes while it is read', async () => {
  const { ipvs, backup } = table;
  await table.feed(crowd(LASTING));
  const lasting = new Set((await list()).keys());
  expect(lasting.size).toBe(LASTING);

  // Entries come for a while, and go by themselves a while later.
  const coming = (async () => {
    for (let i = 0; i < PASSING; i += 100) {
      await backup.feed(passing.slice(i, i + 100));
      await setTimeout(20);
    }
  })();
  let most = 0;
  for (let over = false; !over; ) {
    const seen = await list();
    most = Math.max(most, seen.size);
    for (const [client, expires] of seen) {
      expect(Number.isInteger(expires) && expires <= 600).toBe(true);
      if (!lasting.has(client)) expect(expires).toBeLessThanOrEqual(2);
    }
    const [row] = await ipvs.countConnections([]);
    over = row?.count === LASTING && most > LASTING;
  }
  await coming;
  expect(new Set((await list()).keys())).toEqual(lasting);

  /** Seconds that are left, by client. The kernel may list one twice while others come and go. */
  async function list(): Promise<Map<string, number>> {
    const seen = new Map<string, number>();
    for await (const { client, virtual, destination, state, expires, template } of ipvs.connections()) {
      expect({ virtual, state, template }).toEqual({
        virtual: { address: '198.51.100.1', port: 80 },
        state: 'ESTABLISHED',
        template: false,
      });
      expect(destination.port).toBe(8080);
      seen.set(`${client.address} ${client.port}`, expires);
    }
    return seen;
  }
}, 60_000);
