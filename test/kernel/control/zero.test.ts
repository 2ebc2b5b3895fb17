import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Service, VirtualAddress } from '../../../lib/index';
import { onBothHandles } from '../verbs/handles';
import { Witness } from './witness';

const REAL_SERVER = { address: '127.0.0.1', port: 5390 };

const ONE: VirtualAddress = { protocol: 'udp', address: '127.0.0.1', port: 5391 };
const OTHER: VirtualAddress = { protocol: 'udp', address: '127.0.0.1', port: 5392 };

const witness = new Witness();
const server = createSocket('udp4', (message, peer) => server.send(message, peer.port, peer.address));
beforeAll(() => once(server.bind(REAL_SERVER.port, REAL_SERVER.address), 'listening'));
afterAll(() => {
  server.close();
});

onBothHandles((use) => {
  test('zero resets the counters of one service and its destinations, or of all', async () => {
    await use().zero();
    // A new one each time: the kernel remembers the connections of the one before.
    const client = createSocket('udp4');
    for (const service of [ONE, OTHER]) {
      await use().addService(service);
      await use().addDestination(service, { ...REAL_SERVER, forward: 'masq' });
      for (let i = 0; i < 3; i++) {
        client.send('hello', service.port, service.address);
        await once(client, 'message');
      }
    }
    client.close();
    // The kernel brings the counters that it reports up to date every 2 s, each at a time of its own.
    const answers = async () => {
      const rows = (await use().table()).flatMap((row) => [row, ...row.destinations]);
      return [...rows, { stats: await use().stats() }].map(({ stats }) => Number(stats.packetsOut));
    };
    while ((await answers()).some((count, i) => count !== [3, 3, 3, 3, 6][i])) await setTimeout(100);
    // Two datagrams of 5 bytes and 28 of headers make each exchange; of a service, all are one client's.
    expect(await use().stats()).toMatchObject({
      connections: 2n,
      packetsIn: 6n,
      bytesIn: 198n,
      bytesOut: 198n,
    });

    await use().zero(ONE);
    expect(await packets(ONE)).toBe(0);
    expect(await use().destinations(ONE)).toMatchObject([{ stats: { connections: 0n, bytesOut: 0n } }]);
    expect(await packets(OTHER)).toBe(3);
    expect(await witnessed()).toEqual([3]);

    await use().zero();
    expect(await packets(OTHER)).toBe(0);
    expect(await use().stats()).toMatchObject({ connections: 0n, packetsIn: 0n, bytesIn: 0n });
    expect(await witnessed()).toEqual([]);
  });

  test('zero refuses a service that does not exist', async () => {
    await expect((async () => use().zero(ONE))()).rejects.toMatchObject({
      code: 'ESRCH',
      message: 'zero udp 127.0.0.1:5391: there is no such service; addService makes it (ESRCH).',
    });
  });

  async function packets(key: VirtualAddress): Promise<number> {
    return Number(((await use().service(key)) as Service).stats.packetsIn);
  }
});

/** The packets to each service that ipvsadm counts, where there are any. */
async function witnessed(): Promise<number[]> {
  const listing = await witness.lines('ipvsadm -L -n --stats --exact');
  // Columns: protocol, address, connections, packets in.
  return listing.flatMap((line) => /^UDP +\S+ +\d+ +([1-9]\d*)/.exec(line)?.[1] ?? []).map(Number);
}
