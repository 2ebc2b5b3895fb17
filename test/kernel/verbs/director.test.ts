import { expect, test } from '@jest/globals';
import { onBothHandles } from './handles';

onBothHandles((use) => {
  test('info', async () => {
    expect(await use().info()).toMatchObject({ version: '1.2.1', connectionTableSize: expect.any(Number) });
  });

  test('a service that nobody uses has no connections', async () => {
    const filter = { virtual: { address: '203.0.113.1', port: 80 } };
    const entries = [];
    for await (const connection of use().connections(filter)) entries.push(connection);
    expect(entries).toEqual([]);
    expect(await use().countConnections([], filter)).toEqual([{ count: 0 }]);
    expect(await use().countConnections(['state'], filter)).toEqual([]);
  });
});
