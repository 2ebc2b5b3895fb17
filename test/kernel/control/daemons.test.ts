import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { ip } from '../../../lab/shell';
import { type DaemonRole, type DaemonSpec, Ipvs, IpvsSync } from '../../../lib/index';
import { onBothHandles } from '../verbs/handles';
import { Witness } from './witness';

const witness = new Witness();

/** Of 1500 bytes, so that the kernel's own choices of a length are known. */
const INTERFACE = 'lvs-sync';
const MASTER = { role: 'master', interface: INTERFACE } as const;
const BACKUP = { role: 'backup', interface: INTERFACE } as const;

/** What the kernel chooses. */
const CHOSEN = { syncId: 0, maxLength: 1472, multicast: { group: '224.0.0.81', port: 8848, ttl: 1 } };

/** A specification, what the kernel makes of it, and what ipvsadm says. */
const SPECS: [DaemonSpec, Partial<DaemonSpec>, string][] = [
  [MASTER, {}, 'maxlen=1472, group=224.0.0.81, port=8848, ttl=1'],
  [BACKUP, {}, 'maxlen=1472, group=224.0.0.81, port=8848, ttl=1'],
  [
    { ...MASTER, syncId: 255, maxLength: 1000, multicast: { group: '239.1.2.3', port: 65535, ttl: 255 } },
    {},
    'maxlen=1000, group=239.1.2.3, port=65535, ttl=255',
  ],
  [
    { ...BACKUP, maxLength: 65507, multicast: { group: 'ff05::1:7', port: 9000, ttl: 7 } },
    // Of the largest datagram IPv6's header takes 20 bytes more.
    { maxLength: 65487 },
    'maxlen=65487, group=ff05::1:7, port=9000, ttl=7',
  ],
  [
    { ...MASTER, multicast: { group: 'ff02::1:7' } },
    { maxLength: 1452 },
    'maxlen=1452, group=ff02::1:7, port=8848, ttl=1',
  ],
  [{ ...MASTER, multicast: { ttl: 3 } }, {}, 'maxlen=1472, group=224.0.0.81, port=8848, ttl=3'],
  [{ ...BACKUP, maxLength: 1 }, { maxLength: 1024 }, 'maxlen=1024, group=224.0.0.81, port=8848, ttl=1'],
];

beforeAll(() =>
  ip([
    `link add ${INTERFACE} type dummy`,
    `link set ${INTERFACE} up`,
    `address add 192.168.60.1/24 dev ${INTERFACE}`,
    `address add fd00:60::1/64 dev ${INTERFACE} nodad`,
  ]),
);
afterEach(() => {
  using ipvs = IpvsSync.open();
  for (const { role } of ipvs.daemons()) ipvs.stopDaemon(role);
});
afterAll(() => ip([`link delete ${INTERFACE}`]));

const witnessed = () => witness.lines('ipvsadm -L --daemon');

function line({ role, syncId = 0 }: DaemonSpec, options: string): string {
  return `${role} sync daemon (mcast=${INTERFACE}, syncid=${syncId}, ${options})`;
}

onBothHandles((use) => {
  async function expectRefusal(attempt: () => unknown, fields: object): Promise<void> {
    const before = await use().daemons();
    await expect((async () => attempt())()).rejects.toMatchObject(fields);
    expect(await use().daemons()).toEqual(before);
  }

  test.each(SPECS)('%j', async (spec, chosen, options) => {
    await use().startDaemon(spec);
    const daemon = {
      ...CHOSEN,
      ...spec,
      ...chosen,
      multicast: { ...CHOSEN.multicast, ...spec.multicast },
    };
    expect(await use().daemons()).toStrictEqual([daemon]);
    expect(await witnessed()).toEqual([line(spec, options)]);

    // What is reported is a specification of the same.
    await use().stopDaemon(spec.role);
    expect(await use().daemons()).toEqual([]);
    await use().startDaemon(daemon);
    expect(await use().daemons()).toStrictEqual([daemon]);
  });

  test('master and backup at once, each with options of its own', async () => {
    await use().startDaemon({ ...BACKUP, syncId: 2, multicast: { group: 'ff02::2' } });
    await use().startDaemon({ ...MASTER, syncId: 1 });
    expect(await use().daemons()).toMatchObject([
      { role: 'master', syncId: 1, multicast: { group: '224.0.0.81' } },
      { role: 'backup', syncId: 2, multicast: { group: 'ff02::2' } },
    ]);
    expect(await witnessed()).toHaveLength(2);
    await use().stopDaemon('master');
    expect(await use().daemons()).toMatchObject([{ role: 'backup' }]);
  });

  test('refusals', async () => {
    await use().startDaemon(MASTER);
    await expectRefusal(() => use().startDaemon({ ...MASTER, interface: 'nosuch0' }), {
      code: 'ENODEV',
      syscall: 'startDaemon',
      target: { ...MASTER, interface: 'nosuch0' },
      message: expect.stringContaining('master on nosuch0: there is no such network interface'),
    });
    await expectRefusal(() => use().startDaemon({ ...MASTER, syncId: 9 }), {
      code: 'EEXIST',
      message: `startDaemon master on ${INTERFACE}: a daemon of this role runs already; stopDaemon stops it (EEXIST).`,
    });
    await expectRefusal(() => use().stopDaemon('backup'), {
      code: 'ESRCH',
      target: 'backup',
      message: 'stopDaemon backup: no daemon of this role runs (ESRCH).',
    });
    await expectRefusal(() => use().startDaemon({ ...BACKUP, syncId: 256 }), { code: 'ERR_OUT_OF_RANGE' });
    await expectRefusal(() => use().startDaemon({ ...BACKUP, multicast: { group: '10.0.0.1' } }), {
      code: 'ERR_INVALID_ARG_VALUE',
      message: "daemon.multicast.group must be an IPv4 or IPv6 multicast address, got '10.0.0.1'",
    });
    await expectRefusal(() => use().stopDaemon('both' as DaemonRole), { code: 'ERR_INVALID_ARG_VALUE' });
  });

  test.each<[string, DaemonSpec, string]>([
    [
      'an interface that is down',
      { role: 'master', interface: 'lvs-down' },
      'ENETUNREACH: the network interface is down (daemon.interface)',
    ],
    [
      'the same, for an IPv6 group',
      { role: 'master', interface: 'lvs-down', multicast: { group: 'ff02::81' } },
      'ENETUNREACH: the network interface is down (daemon.interface)',
    ],
    [
      'the loopback interface, which has no route to IPv6 groups',
      { role: 'master', interface: 'lo', multicast: { group: 'ff02::81' } },
      'ENETUNREACH: the network interface is up, but has no route to ff02::81',
    ],
    [
      'an interface without IPv6',
      { role: 'master', interface: 'lvs-narrow', multicast: { group: 'ff02::81' } },
      'ENETUNREACH: the network interface is up, but has no route to ff02::81',
    ],
    [
      'a backup on an interface without IPv6',
      { role: 'backup', interface: 'lvs-narrow', multicast: { group: 'ff02::81' } },
      'EINVAL: .*; or the network interface has no IPv6, which needs an MTU of at least 1280',
    ],
    [
      'an interface without IPv4',
      { role: 'master', interface: 'lvs-tiny' },
      'ENETUNREACH: the network interface is up, but has no route to 224.0.0.81: IPv4 needs an MTU of at least 68',
    ],
    [
      'a backup on an interface without IPv4',
      { role: 'backup', interface: 'lvs-tiny' },
      'ENODEV: .*, or it has no IPv4, which needs an MTU of at least 68',
    ],
  ])('%s is told by its own cause', async (_, spec, expected) => {
    await ip([
      'link add lvs-down type dummy',
      'link add lvs-narrow mtu 1000 type dummy',
      'link set lvs-narrow up',
      'link add lvs-tiny type dummy',
      'link set lvs-tiny mtu 60',
      'link set lvs-tiny up',
    ]);
    try {
      const [code = '', why = ''] = expected.split(': ', 2);
      await expectRefusal(() => use().startDaemon(spec), {
        code,
        message: expect.stringMatching(
          new RegExp(`^startDaemon ${spec.role} on ${spec.interface}: ${why.replaceAll(/[()]/g, '\\$&')}`),
        ),
      });
    } finally {
      await ip(['link delete lvs-down', 'link delete lvs-narrow', 'link delete lvs-tiny']);
    }
  });

  test('the port of a backup can be taken', async () => {
    const taken = createSocket('udp4').bind(8848);
    await once(taken, 'listening');
    await expectRefusal(() => use().startDaemon(BACKUP), {
      code: 'EADDRINUSE',
      message: expect.stringContaining('another program has UDP port 8848 (daemon.multicast.port)'),
    });
    taken.close();
  });

  // The kernel often answers nothing to the second of the two.
  test('stopDaemon right after startDaemon settles', async () => {
    for (let i = 0; i < 20; i++) {
      const role = i % 2 === 0 ? 'master' : 'backup';
      await use().startDaemon({ role, interface: INTERFACE });
      await use().stopDaemon(role);
      expect(await use().daemons()).toEqual([]);
    }
  });
});

test('stopDaemon settles also where it leaves together with startDaemon', async () => {
  await using ipvs = await Ipvs.open();
  for (let i = 0; i < 20; i++) {
    const outcomes = await Promise.allSettled([
      ipvs.startDaemon(MASTER),
      ipvs.startDaemon(BACKUP),
      ipvs.stopDaemon('master'),
      ipvs.stopDaemon('backup'),
      ipvs.stopDaemon('backup'),
      ipvs.daemons(),
    ]);
    expect(outcomes).toMatchObject([
      ...Array.from({ length: 4 }, () => ({ status: 'fulfilled' })),
      { status: 'rejected', reason: { code: 'ESRCH' } },
      { status: 'fulfilled', value: [] },
    ]);
  }
});
