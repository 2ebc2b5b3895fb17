import { expect, test } from '@jest/globals';
import { type Destination, type DestinationOptions, Ipvs } from '../../../lib/index';
import { HERE } from '../machine';
import { onBothHandles } from '../verbs/handles';
import { Witness } from './witness';

const witness = new Witness();

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const REAL = { address: '10.1.0.1', port: 80 } as const;
const OTHER = { address: '10.1.0.2', port: 80, weight: 3 } as const;
const SPEC = {
  ...REAL,
  forward: 'tunnel',
  weight: 9,
  upperThreshold: 100,
  lowerThreshold: 50,
  tunnel: { type: 'gue', port: 6080, checksum: 'checksum' },
} as const;

/** Changes, and what they alone make different. */
const CHANGES: [DestinationOptions, object][] = [
  [{}, {}],
  [{ weight: 0 }, { weight: 0 }],
  [{ upperThreshold: 60 }, { upperThreshold: 60 }],
  [{ lowerThreshold: 0 }, { lowerThreshold: 0 }],
  [
    { upperThreshold: 5, lowerThreshold: 5 },
    { upperThreshold: 5, lowerThreshold: 5 },
  ],
  [{ tunnel: { type: 'gre', checksum: 'checksum' } }, { tunnel: { type: 'gre', checksum: 'checksum' } }],
  [{ tunnel: { type: 'ipip' } }, { tunnel: { type: 'ipip' } }],
  [{ forward: 'tunnel' }, {}],
  // How packets are wrapped means nothing without a tunnel.
  [{ forward: 'masq' }, { forward: 'masq', tunnel: undefined }],
];

onBothHandles((use) => {
  async function configurations(): Promise<object[]> {
    return (await use().destinations(WEB)).map(withoutCounters);
  }

  test.each(CHANGES)('%j alone', async (changes, difference) => {
    await use().addService(WEB);
    await use().addDestination(WEB, SPEC);
    await use().addDestination(WEB, OTHER);
    const [other] = await configurations();
    await use().patchDestination(WEB, REAL, changes);
    expect(await configurations()).toEqual([other, { family: 'ipv4', ...SPEC, ...difference }]);
  });

  test('a tunnel to another family', async () => {
    await use().addService(WEB);
    await use().addDestination(WEB, { ...SPEC, address: 'fd00::1' });
    await use().patchDestination(WEB, { ...REAL, address: 'fd00::1' }, { weight: 0 });
    expect(await use().destinations(WEB)).toMatchObject([{ ...SPEC, address: 'fd00::1', weight: 0 }]);
    await witness.expectRefusal(
      () => use().patchDestination(WEB, { ...REAL, address: 'fd00::1' }, { forward: 'droute' }),
      { name: 'TypeError', message: expect.stringContaining("only destination.forward 'tunnel' crosses") },
    );
  });

  test('one destination among many', async () => {
    await use().addService(WEB);
    const commands = Array.from({ length: 300 }, (_, i) => ({
      op: 'addDestination' as const,
      service: WEB,
      destination: { ...SPEC, port: i + 1 },
    }));
    await use().batch(commands);
    await use().patchDestination(WEB, { ...REAL, port: 7 }, { weight: 70 });
    const weights = (await use().destinations(WEB)).filter(({ weight }) => weight === 70);
    expect(weights).toMatchObject([{ ...SPEC, port: 7, weight: 70 }]);
  });

  test('refusals', async () => {
    await use().addService(WEB);
    await use().addDestination(WEB, SPEC);
    await use().addDestination(WEB, OTHER);
    const patch = (changes: DestinationOptions, key: object = REAL, service: object = WEB) =>
      use().patchDestination({ ...WEB, ...service }, { ...REAL, ...key }, changes);
    await witness.expectRefusal(() => patch({ tunnel: { type: 'gre' } }, OTHER), {
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_VALUE',
      message: "changes.tunnel needs forward 'tunnel', which 10.1.0.2:80 of tcp 10.0.0.1:80 does not have",
    });
    await witness.expectRefusal(() => patch({ lowerThreshold: 101 }), {
      code: 'ERANGE',
      message: expect.stringContaining('its lowerThreshold would exceed its upperThreshold'),
    });
    await witness.expectRefusal(() => patch({ upperThreshold: 0 }), { code: 'ERANGE' });
    await witness.expectRefusal(() => patch({ weight: -1 }), {
      message: 'changes.weight must be an integer from 0 to 2147483647, got -1',
    });
    await witness.expectRefusal(() => patch({ weight: 1 }, { port: 81 }), {
      code: 'ENOENT',
      syscall: 'patchDestination',
      target: { service: WEB, destination: { ...REAL, port: 81 } },
      message: expect.stringContaining('10.1.0.1:81 of tcp 10.0.0.1:80: the service has no such destination'),
    });
    await witness.expectRefusal(() => patch({ weight: 1 }, REAL, { port: 81 }), { code: 'ESRCH' });
  });
});

test('two patches of one destination at a time both hold', async () => {
  await using ipvs = await Ipvs.open(HERE);
  await ipvs.flush();
  await ipvs.addService(WEB);
  await ipvs.addDestination(WEB, SPEC);
  await Promise.all([
    ipvs.patchDestination(WEB, REAL, { weight: 1 }),
    ipvs.patchDestination(WEB, REAL, { upperThreshold: 200 }),
    ipvs.patchDestination(WEB, REAL, { lowerThreshold: 150 }),
  ]);
  expect((await ipvs.destinations(WEB)).map(withoutCounters)).toEqual([
    { family: 'ipv4', ...SPEC, weight: 1, upperThreshold: 200, lowerThreshold: 150 },
  ]);
  await ipvs.flush();
});

function withoutCounters({
  stats,
  activeConnections,
  inactiveConnections,
  persistentConnections,
  ...configuration
}: Destination): object {
  return configuration;
}
