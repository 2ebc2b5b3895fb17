/** Lists that netlink gives in parts, and what the socket options show of them: whatever lacks is noticed. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import * as verbs from '../verbs';
import { done } from './netlink/answers';
import { decodeAll, edit, type Message } from './netlink/message';
import { DESTINATION, networkOrder, part, SERVICE } from './netlink/parts';
import { OLDEST } from './recorded';
import { BUILD_TIMEOUT, buildReplay } from './replay/addon';
import { exchange } from './replay/exchange';
import { Script } from './replay/script';

beforeAll(buildReplay, BUILD_TIMEOUT);

const TCP = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const ESRCH = -3;

/** The address in the recorded message. */
function addressOf(message: Message, nest: string): Buffer {
  let address: Buffer = Buffer.alloc(0);
  edit(message, nest, (all) => {
    address = all.find(({ name }) => name === 'ADDR')?.value as Buffer;
    return all;
  });
  return address.subarray(0, 4);
}

/** struct ip_vs_get_dests. */
function shownDestinations(ports: readonly number[]): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(ports.length, 16);
  const address = addressOf(DESTINATION, 'DEST');
  const entries = ports.map((port) => {
    const entry = Buffer.alloc(96);
    address.copy(entry, 0);
    networkOrder(port).copy(entry, 4);
    return entry;
  });
  return Buffer.concat([head, ...entries]);
}

/** struct ip_vs_service_entry. */
function shownService(port: number, destinations: number): Buffer {
  const entry = Buffer.alloc(104);
  entry.writeUInt16LE(6, 0);
  addressOf(SERVICE, 'SERVICE').copy(entry, 4);
  networkOrder(port).copy(entry, 8);
  entry.write('rr', 16);
  entry.writeUInt32LE(destinations, 44);
  return entry;
}

/** A list by netlink, in two parts. */
type Parts = readonly [readonly number[], readonly number[]];

/** The service's count before and after, and the list between. */
type Look = { ports: readonly number[]; before?: number; after?: number } | 'refused';

/** The ports that `destinations` lists, and how many readings it took. */
function destinations(readings: readonly Parts[], looks: readonly Look[]) {
  const script = new Script();
  script.option(shownService(80, 20)); // which parts to read it in
  for (const look of looks) {
    if (look === 'refused') {
      script.option(ESRCH);
      continue;
    }
    const { ports, before = ports.length, after = ports.length } = look;
    script.option(shownService(80, before)).option(shownDestinations(ports)).option(shownService(80, after));
  }
  for (const parts of readings)
    script.answer(...parts.map((ports) => part(DESTINATION, 'DEST', ports)), done());
  return portsOf(script, [verbs.destinations(TCP)]);
}

function portsOf(script: Script, questions: Parameters<typeof exchange>[0]) {
  const { outcomes, sent } = exchange(questions, script);
  const last = outcomes.at(-1);
  if (last instanceof Error) throw last;
  const ports = (last as { port: number }[]).map(({ port }) => port);
  return { ports: ports.toSorted((a, b) => a - b), sends: sent.length };
}

describe('destinations', () => {
  test('all that are shown are listed: one reading', () => {
    const { ports, sends } = destinations([[[1, 2], [3]]], [{ ports: [1, 2, 3] }]);
    expect({ ports, sends }).toEqual({ ports: [1, 2, 3], sends: 1 });
  });

  test('in another order, and one of them twice: each is there once', () => {
    const { ports, sends } = destinations(
      [
        [
          [1, 2],
          [2, 3],
        ],
      ],
      [{ ports: [3, 2, 1] }],
    );
    expect({ ports, sends }).toEqual({ ports: [1, 2, 3], sends: 1 });
  });

  test('one that is shown and was skipped is found by another reading', () => {
    const { ports, sends } = destinations(
      [
        [[1, 2], [4]],
        [
          [1, 2],
          [3, 4],
        ],
      ],
      [{ ports: [1, 2, 3, 4] }, { ports: [1, 2, 3, 4] }],
    );
    expect({ ports, sends }).toEqual({ ports: [1, 2, 3, 4], sends: 2 });
  });

  test('one that was removed after it was listed is no reason to read again', () => {
    const { ports, sends } = destinations([[[1, 2], [3]]], [{ ports: [1, 3] }]);
    expect({ ports, sends }).toEqual({ ports: [1, 2, 3], sends: 1 });
  });

  test('one that was added since the look before need not be listed, one that stood must be', () => {
    const added = destinations(
      [
        [[1, 2], [4]],
        [
          [1, 2],
          [3, 4],
        ],
      ],
      [{ ports: [1, 2, 3, 4] }, { ports: [1, 2, 3, 4, 9] }],
    );
    expect(added).toEqual({ ports: [1, 2, 3, 4], sends: 2 });
    const skipped = destinations(
      [
        [[1, 2], [4]],
        [[1, 2], [4]],
        [
          [1, 2],
          [3, 4],
        ],
      ],
      [{ ports: [1, 2, 3, 4] }, { ports: [1, 2, 3, 4] }, { ports: [1, 2, 3, 4] }],
    );
    expect(skipped.ports).toEqual([1, 2, 3, 4]);
  });

  test.each<[string, Look]>([
    ['more are counted than shown: there are IPv6 ones', { ports: [1, 2, 3], before: 4, after: 4 }],
    ['more are counted before', { ports: [1, 2, 3], before: 4 }],
    ['more are counted after', { ports: [1, 2, 3], after: 4 }],
    ['the service is not shown', 'refused'],
  ])('%s: read until two readings agree', (_, look) => {
    const { ports, sends } = destinations(
      [
        [[1, 2], [3]],
        [[1, 2, 7], [3]],
        [[1, 2, 7], [3]],
      ],
      [look, look, look],
    );
    expect({ ports, sends }).toEqual({ ports: [1, 2, 3, 7], sends: 3 });
  });
});

test('services are read until two readings agree: one by IPv6 is neither shown nor counted by the options', () => {
  const ipv6 = part(decodeAll(OLDEST.first('service ipv6'))[0] as Message, 'SERVICE', [6]);
  const [first, second] = [part(SERVICE, 'SERVICE', [1]), part(SERVICE, 'SERVICE', [2])];
  const script = new Script();
  script
    .answer(first, second, done())
    .answer(first, second, ipv6, done())
    .answer(first, second, ipv6, done());
  expect(portsOf(script, [verbs.services()])).toEqual({ ports: [1, 2, 6], sends: 3 });
});
