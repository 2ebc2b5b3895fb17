import {
  BatchError,
  type Connection,
  type Destination,
  type DestinationSpec,
  Ipvs,
  IpvsError,
  type IpvsErrorCode,
  IpvsSync,
  type Service,
  type ServiceSpec,
  type Stats,
  type Tunnel,
} from '@lvs/netlink';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function assert<_Holds extends true>(): void {}

async function use(): Promise<void> {
  await using ipvs = await Ipvs.open({ netns: { pid: 1 } });
  const web = { protocol: 'tcp', address: '39.108.55.227', port: 80 } as const;

  await ipvs.addService({ ...web, scheduler: 'wrr', persistence: { timeout: 30 } });
  await ipvs.addService({
    fwmark: 7,
    family: 'ipv6',
    scheduler: 'some-scheduler-of-mine',
    persistence: true,
  });
  await ipvs.addDestination(web, { address: '172.18.10.244', port: 8080, forward: 'masq', weight: 1 });
  await ipvs.addDestination(web, {
    address: '10.0.0.1',
    port: 80,
    forward: 'tunnel',
    tunnel: { type: 'gue', port: 6080, checksum: 'remote-checksum' },
  });

  // What is reported is itself a specification.
  for (const row of await ipvs.table()) {
    await ipvs.setService(row);
    for (const destination of row.destinations) await ipvs.setDestination(row, destination);
    assert<Equal<typeof row.destinations, Destination[]>>();
  }
  assert<Service extends ServiceSpec ? true : false>();
  assert<Destination extends DestinationSpec ? true : false>();

  const stats = await ipvs.stats();
  assert<Equal<typeof stats, Stats>>();
  assert<Equal<typeof stats.bytesIn, bigint>>();
  assert<Equal<typeof stats.rates.bytesIn, number>>();

  for await (const connection of ipvs.connections({ state: 'ESTABLISHED', virtual: { port: 80 } })) {
    assert<Equal<typeof connection, Connection>>();
    if ('fwmark' in connection.virtual) assert<Equal<typeof connection.virtual.fwmark, number>>();
  }
  const [row] = await ipvs.countConnections(['state', 'destination']);
  if (row) assert<Equal<typeof row.count, number>>();

  using sync = IpvsSync.open();
  assert<Equal<ReturnType<typeof sync.service>, Service | undefined>>();

  // @ts-expect-error no such protocol
  await ipvs.addService({ protocol: 'icmp', address: '10.0.0.1', port: 80 });
  // @ts-expect-error a port is missing
  await ipvs.addService({ protocol: 'tcp', address: '10.0.0.1' });
  // @ts-expect-error ports are numbers
  await ipvs.addDestination(web, { address: '10.0.0.1', port: '80' });
  // @ts-expect-error a GUE tunnel needs its port
  const tunnel: Tunnel = { type: 'gue' };
  void tunnel;
  // @ts-expect-error no such field
  await ipvs.countConnections(['weight']);
  // @ts-expect-error a handle is opened, not constructed
  new Ipvs();
}

function explain(error: unknown): string {
  if (error instanceof BatchError) return `${error.result.failures.length}: ${error.errors}`;
  if (!(error instanceof IpvsError)) return 'not ours';
  const known: IpvsErrorCode = 'ERR_IPVS_MODULE_MISSING';
  return error.code === known
    ? 'modprobe ip_vs'
    : `${error.code} ${error.errno ?? ''} ${error.syscall ?? ''}`;
}

void [use, explain];
