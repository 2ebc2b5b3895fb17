import { expect, test } from '@jest/globals';
import { BatchError, type Command, IpvsError, type ServiceKey } from '../../../lib/index';
import { onBothHandles } from '../verbs/handles';
import { Witness } from './witness';

const witness = new Witness();

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const MARK = { fwmark: 7, family: 'ipv6' } as const;
const REAL = { address: '10.1.0.1', port: 80 } as const;

const addWeb: Command = { op: 'addService', service: WEB };

function web(port: number): ServiceKey {
  return { ...WEB, port };
}

onBothHandles((use) => {
  async function refusalOf(commands: Iterable<Command>): Promise<unknown> {
    try {
      await use().batch(commands);
    } catch (error) {
      return error;
    }
    throw new Error('it was not refused');
  }

  test('every operation, in order', async () => {
    const commands: Command[] = [
      addWeb,
      { op: 'flush' },
      { op: 'addService', service: { ...WEB, scheduler: 'rr' } },
      { op: 'addService', service: { ...MARK, scheduler: 'wrr' } },
      { op: 'addService', service: web(81) },
      { op: 'addDestination', service: WEB, destination: { ...REAL, weight: 1 } },
      { op: 'addDestination', service: WEB, destination: { ...REAL, port: 81 } },
      { op: 'addDestination', service: MARK, destination: { address: 'fd00::1', port: 0 } },
      { op: 'setDestination', service: WEB, destination: { ...REAL, weight: 2, forward: 'masq' } },
      { op: 'deleteDestination', service: WEB, destination: { ...REAL, port: 81 } },
      { op: 'setService', service: { ...WEB, scheduler: 'lc' } },
      { op: 'zero', service: WEB },
      { op: 'zero' },
      { op: 'deleteService', service: web(81) },
    ];
    expect(await use().batch(commands)).toEqual({ applied: commands.length, failures: [] });
    expect((await witness.saved()).sort()).toEqual([
      '-A -f 7 -6 -s wrr',
      '-A -t 10.0.0.1:80 -s lc',
      '-a -f 7 -6 -r [fd00::1]:0 -g -w 1',
      '-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 2',
    ]);
  });

  test('no commands at all', async () => {
    expect(await use().batch([])).toEqual({ applied: 0, failures: [] });
    expect(await use().batch(new Set<Command>())).toEqual({ applied: 0, failures: [] });
  });

  test('every second of 100,000 commands refused', async () => {
    const ports = Array.from({ length: 1000 }, (_, i) => i + 1);
    /** What is made twice is refused once, and so is what is removed twice. */
    function* commands(): Generator<Command> {
      for (let round = 0; round < 25; round++) {
        for (const op of ['addService', 'deleteService'] as const) {
          for (const port of ports) {
            const command: Command = { op, service: web(port) };
            yield command;
            yield command;
          }
        }
      }
    }
    const { applied, failures } = await use().batch(commands(), { throwOnFailure: false });
    expect(applied).toBe(50_000);
    expect(failures).toHaveLength(50_000);
    for (const [n, { index, command, error }] of failures.entries()) {
      const { op, service } = command as Command & { service: ServiceKey };
      const added = n % 2000 < 1000;
      if (
        index === 2 * n + 1 &&
        op === (added ? 'addService' : 'deleteService') &&
        (service as { port: number }).port === 1 + (n % 1000) &&
        error.code === (added ? 'EEXIST' : 'ESRCH') &&
        error.syscall === op &&
        error.target === service
      )
        continue;
      throw new Error(`failure ${n}: ${index} ${error}`); // so many expectations would take seconds
    }
    expect(failures[49_999]?.error).toMatchObject({
      errno: -3,
      message: expect.stringContaining('tcp 10.0.0.1:1000: '),
    });
    expect(await use().services()).toEqual([]);
  }, 120_000);

  test('refusals of each kind, each at its index', async () => {
    const missing = { ...REAL, port: 9 };
    const { applied, failures } = await use().batch(
      [
        { op: 'setService', service: WEB },
        addWeb,
        { op: 'deleteDestination', service: WEB, destination: missing },
        { op: 'addDestination', service: WEB, destination: REAL },
        { op: 'addDestination', service: WEB, destination: { address: '224.0.0.1', port: 80 } },
        { op: 'addDestination', service: WEB, destination: REAL },
        { op: 'zero', service: MARK },
        { op: 'setService', service: { ...WEB, scheduler: 'nosuch' } },
      ],
      { throwOnFailure: false },
    );
    expect(applied).toBe(2);
    expect(failures.map(({ index, error }) => [index, error.code, error.syscall])).toEqual([
      [0, 'ESRCH', 'setService'],
      [2, 'ENOENT', 'deleteDestination'],
      [4, 'EINVAL', 'addDestination'],
      [5, 'EEXIST', 'addDestination'],
      [6, 'ESRCH', 'zero'],
      [7, 'ENOENT', 'setService'],
    ]);
    expect(failures[1]?.error.target).toEqual({ service: WEB, destination: missing });
    expect(failures[5]?.error.message).toContain("no scheduler 'nosuch'");
  });

  test('100,000 commands, the last of which wins', async () => {
    await use().addService(WEB);
    await use().addDestination(WEB, REAL);
    const before = process.memoryUsage().rss;
    const commands = Array.from({ length: 100_000 }, (_, weight): Command => {
      return { op: 'setDestination', service: WEB, destination: { ...REAL, weight } };
    });
    expect(await use().batch(commands)).toEqual({ applied: 100_000, failures: [] });
    expect(await use().destinations(WEB)).toMatchObject([{ weight: 99_999 }]);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  }, 120_000);

  test('by default a refusal throws, and the rest was tried', async () => {
    const error = (await refusalOf([addWeb, addWeb, { op: 'addService', service: web(81) }])) as BatchError;
    expect(error).toBeInstanceOf(BatchError);
    expect(error.name).toBe('BatchError');
    expect(error.message).toBe(
      'batch: 1 of 3 commands refused; the first is commands[1]: addService tcp 10.0.0.1:80: ' +
        'the service exists already; setService changes it (EEXIST).',
    );
    expect(error.errors).toEqual([expect.any(IpvsError)]);
    expect(error.result).toMatchObject({
      applied: 2,
      failures: [{ index: 1, command: addWeb, error: { code: 'EEXIST' } }],
    });
    expect(error.errors[0]).toBe(error.result.failures[0]?.error);
    expect(await use().services()).toHaveLength(2);
  });

  test.each<[unknown, string]>([
    [{ op: 'addService', service: { ...WEB, port: 70000 } }, '.service.port must be an integer from 0'],
    [{ op: 'addService' }, '.service must be an object'],
    [
      { op: 'addDestination', service: WEB, destination: { ...REAL, weight: -1 } },
      '.destination.weight must be',
    ],
    [{ op: 'setDestination', service: { fwmark: 0 }, destination: REAL }, '.service.fwmark must be'],
    [{ op: 'patchService', service: WEB }, '.op must be one of addService, '],
    [undefined, ' must be a command: an object with op, got undefined'],
  ])('a bad argument, %j, refuses the whole before anything is sent', async (bad, message) => {
    const commands = Array.from({ length: 2000 }, (_, i) => ({ op: 'addService', service: web(i + 1) }));
    commands[1500] = bad as (typeof commands)[0];
    const error = (await refusalOf(commands as Command[])) as TypeError;
    expect(error.message).toContain(`commands[1500]${message}`);
    expect(error).not.toBeInstanceOf(IpvsError);
    expect(await use().services()).toEqual([]);
  });

  test('what is no list of commands', async () => {
    expect(await refusalOf(42 as unknown as Command[])).toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
      message: 'commands must be an iterable of commands, got 42',
    });
  });
});
