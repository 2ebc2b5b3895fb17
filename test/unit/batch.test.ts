import { describe, expect, test } from '@jest/globals';
import type { Command } from '../../lib/model/command';
import { finish } from '../../lib/session/pacing';
import { Batch } from '../../lib/verbs/batch';
import { Answer } from '../../lib/wire/answer';
import { Operation, REQUEST, STATUS } from '../../lib/wire/records';

const service = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const destination = { address: '10.1.0.1', port: 80 } as const;

/** An answer to so many requests; those named are refused with EEXIST. */
function answer(requests: number, refused: readonly number[] = []): Answer {
  const view = new DataView(new ArrayBuffer(requests * STATUS.size));
  for (const index of refused) view.setInt32(index * STATUS.size, 17, true);
  return new Answer(view.buffer);
}

test('every command becomes its operation, in order', () => {
  const commands: Command[] = [
    { op: 'addService', service },
    { op: 'setService', service },
    { op: 'addDestination', service, destination },
    { op: 'setDestination', service, destination },
    { op: 'deleteDestination', service, destination },
    { op: 'zero', service },
    { op: 'zero' },
    { op: 'deleteService', service },
    { op: 'flush' },
  ];
  const [slice] = finish(new Batch(commands).slices());
  const operations = commands.map((_, n) => slice?.memory.getU8(n * REQUEST.size));
  expect(operations).toEqual([
    Operation.addService,
    Operation.setService,
    Operation.addDestination,
    Operation.setDestination,
    Operation.deleteDestination,
    Operation.zero,
    Operation.zero,
    Operation.deleteService,
    Operation.flush,
  ]);
});

test('slices are made in steps, and no slice is used by two batches at a time', () => {
  const commands: Command[] = Array.from({ length: 6400 }, () => ({ op: 'addService', service }));
  const steps = new Batch(commands).slices();
  let count = 0;
  while (!steps.next().done) count++;
  expect(count).toBe(100);
  const [one, other] = [new Batch(commands), new Batch(commands)];
  const slices = finish(one.slices());
  for (const slice of slices) one.take(slice, answer(slice.length));
  const again = [finish(other.slices()), finish(one.slices())].flat();
  expect(new Set(again).size).toBe(again.length);
  expect(again.slice(0, 2).map(({ length }) => length)).toEqual([4096, 2304]);
});

test('failures carry their place in the whole batch, across slices', () => {
  const commands: Command[] = Array.from({ length: 5000 }, () => ({ op: 'addService', service }));
  const batch = new Batch(commands, { throwOnFailure: false });
  const slices = finish(batch.slices());
  expect(slices.map(({ length }) => length)).toEqual([4096, 904]);
  for (const slice of slices) batch.take(slice, answer(slice.length, [0, 7]));
  const { applied, failures } = batch.result();
  expect(applied).toBe(4996);
  expect(failures.map(({ index }) => index)).toEqual([0, 7, 4096, 4103]);
  expect(failures[3]).toEqual({
    index: 4103,
    command: commands[4103],
    error: expect.objectContaining({ code: 'EEXIST', syscall: 'addService' }),
  });
});

test('refused commands throw a BatchError unless asked not to', () => {
  const batch = new Batch([{ op: 'addService', service }]);
  const [slice] = finish(batch.slices());
  if (slice) batch.take(slice, answer(1, [0]));
  expect(() => batch.result()).toThrow(
    expect.objectContaining({ name: 'BatchError', result: { applied: 0, failures: [expect.anything()] } }),
  );
});

test('any iterable will do, an empty one too', () => {
  function* commands(): Generator<Command> {
    yield { op: 'flush' };
  }
  expect(finish(new Batch(commands()).slices())).toHaveLength(1);
  expect(new Batch([]).result()).toEqual({ applied: 0, failures: [] });
});

describe('bad arguments name the command', () => {
  test.each([
    [7, 'commands must be an iterable of commands, got 7'],
    [undefined, 'commands must be an iterable of commands, got undefined'],
    [[{ op: 'flush' }, null], 'commands[1] must be a command: an object with op, got null'],
    [
      [{ op: 'flush' }, { op: 'clear', service, destination }],
      "commands[1].op must be one of addService, setService, deleteService, addDestination, setDestination, deleteDestination, zero, flush, got 'clear'",
    ],
    [
      [{ op: 'flush', all: true }],
      'commands[0].all is not a known field (got true): the fields are op, service, destination',
    ],
    [
      [{ op: 'flush', service }],
      'commands[0].service: flush takes no service, since it acts on more than that',
    ],
    [
      [{ op: 'zero', servce: service }],
      "commands[0].servce is not a known field (got { protocol: 'tcp', address: '10.0.0.1', port: 80 }): did you mean service?",
    ],
    [
      [{ op: 'addDestination', service, destinations: destination }],
      "commands[0].destinations is not a known field (got { address: '10.1.0.1', port: 80 }): did you mean destination?",
    ],
    [
      [{ op: 'addService', service: { ...service, port: -1 } }],
      'commands[0].service.port must be an integer from 0 to 65535, got -1',
    ],
    [
      [{ op: 'addDestination', service }],
      'commands[0].destination must be an object with address and port, got undefined',
    ],
  ])('%#', (commands, message) => {
    expect(() => finish(new Batch(commands as never).slices())).toThrow(expect.objectContaining({ message }));
  });
});

test.each([
  ['addService', ': did you mean addDestination?'],
  ['setService', ': did you mean setDestination?'],
  ['deleteService', ': did you mean deleteDestination?'],
  ['zero', ', since it acts on more than that'],
  ['flush', ', since it acts on more than that'],
])('%s with a destination is refused%s', (op, why) => {
  const commands = [{ op, service, destination }] as never;
  expect(() => finish(new Batch(commands).slices())).toThrow(
    `commands[0].destination: ${op} takes no destination${why}`,
  );
});

test('options are checked, too', () => {
  expect(() => new Batch([], { throwOnFailure: 0 } as never)).toThrow(
    'options.throwOnFailure must be a boolean, got 0',
  );
});

test('a batch that fills its slices has none that is empty', () => {
  const commands: Command[] = Array.from({ length: 2 * 4096 }, () => ({ op: 'flush' }));
  expect(finish(new Batch(commands).slices()).map(({ length }) => length)).toEqual([4096, 4096]);
});
