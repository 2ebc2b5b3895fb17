import { expect } from '@jest/globals';
import type { TableEvent } from '../../../lib/index';

/** Makes of a table, as rows by name, what the events say, each of which must fit what is there. */
export function replay(table: Map<string, unknown>, list: TableEvent[]): void {
  for (const event of list) {
    const { service } = event;
    const name = JSON.stringify([
      'fwmark' in service
        ? [service.fwmark, service.family]
        : [service.protocol, service.address, service.port],
      'destination' in event ? [event.destination.address, event.destination.port] : [],
    ]);
    const row = 'destination' in event ? event.destination : event.service;
    if (event.type.endsWith('Removed')) expect(table.delete(name)).toBe(true);
    else {
      expect(table.has(name)).toBe(event.type.endsWith('Changed'));
      table.set(name, row);
    }
  }
}
