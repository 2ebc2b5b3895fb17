/** Random specifications that are valid, in the words in which the kernel's reports say the same. */

import fc from 'fast-check';
import type {
  DestinationSpec,
  Family,
  Persistence,
  ServiceFlag,
  ServiceKey,
  ServiceSpec,
  Tunnel,
} from '../../../lib/index';

const SCHEDULERS = [
  'rr',
  'wrr',
  'lc',
  'wlc',
  'lblc',
  'lblcr',
  'dh',
  'sh',
  'mh',
  'sed',
  'nq',
  'fo',
  'ovf',
  'none',
] as const;
const MAX_INT = 2147483647;
const GENERIC_FLAGS: ServiceFlag[] = ['flag-1', 'flag-2', 'flag-3'];

const octet = fc.integer({ min: 1, max: 254 });
const group = fc.integer({ min: 1, max: 0xffff }).map((value) => value.toString(16));
const ipv4 = fc.tuple(octet, octet, octet).map((octets) => `10.${octets.join('.')}`);
const ipv6 = fc.tuple(group, group, group, group).map(([a, b, c, d]) => `fd00:${a}:${b}::${c}:${d}`);
const address = { ipv4, ipv6 };
const family = fc.constantFrom<Family[]>('ipv4', 'ipv6');
const port = fc.integer({ min: 1, max: 65535 });

const prefix = { ipv4: fc.integer({ min: 0, max: 32 }), ipv6: fc.integer({ min: 1, max: 128 }) };
/** One that no prefix length says. */
const holedMask = fc.tuple(octet, octet).map(([a, b]) => `${a}.0.${b}.0`);

function persistence(family: Family): fc.Arbitrary<Persistence | true> {
  const netmask: fc.Arbitrary<number | string> =
    family === 'ipv4' ? fc.oneof(prefix.ipv4, holedMask) : prefix.ipv6;
  const record = fc.record(
    { timeout: fc.integer({ min: 1, max: 2678400 }), netmask, engine: fc.constant('sip') },
    { requiredKeys: [] },
  );
  return fc.oneof(fc.constant<true>(true), record);
}

/** The names that the scheduler gives its flags. */
function flags(scheduler: string, ops: boolean): fc.Arbitrary<ServiceFlag[]> {
  const own = scheduler === 'sh' || scheduler === 'mh';
  const names = own
    ? ([`${scheduler}-fallback`, `${scheduler}-port`, 'flag-3'] as ServiceFlag[])
    : GENERIC_FLAGS;
  return fc.subarray<ServiceFlag>(ops ? ['ops', ...names] : names);
}

const key = fc.oneof(
  family.chain(
    (family): fc.Arbitrary<ServiceKey> =>
      fc.record({
        protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'sctp' as const),
        address: address[family],
        port: fc.oneof({ arbitrary: port, weight: 5 }, { arbitrary: fc.constant(0), weight: 1 }),
      }),
  ),
  fc.record({ fwmark: fc.integer({ min: 1, max: 0xffffffff }), family }) as fc.Arbitrary<ServiceKey>,
);

function familyOf(key: ServiceKey): Family {
  if ('fwmark' in key) return key.family ?? 'ipv4';
  return key.address.includes(':') ? 'ipv6' : 'ipv4';
}

const service: fc.Arbitrary<ServiceSpec> = fc
  .tuple(key, fc.constantFrom(...SCHEDULERS))
  .chain(([key, scheduler]) => {
    const ops = 'fwmark' in key || key.protocol === 'udp';
    const everyPort = 'port' in key && key.port === 0;
    return fc
      .record(
        { flags: flags(scheduler, ops), persistence: persistence(familyOf(key)) },
        { requiredKeys: everyPort ? ['flags', 'persistence'] : ['flags'] },
      )
      .map((options) => ({ ...key, scheduler, ...options }));
  });

const tunnel: fc.Arbitrary<Tunnel> = fc.oneof(
  fc.constant({ type: 'ipip' as const }),
  fc.record({
    type: fc.constant('gue' as const),
    port,
    checksum: fc.constantFrom('none' as const, 'checksum' as const, 'remote-checksum' as const),
  }),
  fc.record({
    type: fc.constant('gre' as const),
    checksum: fc.constantFrom('none' as const, 'checksum' as const),
  }),
);

/** Of either family by tunnel, otherwise of the service's. */
function destination(serviceFamily: Family): fc.Arbitrary<DestinationSpec> {
  const rest = {
    port: fc.integer({ min: 0, max: 65535 }),
    weight: fc.integer({ min: 0, max: MAX_INT }),
    thresholds: fc.tuple(fc.nat(MAX_INT), fc.nat(MAX_INT)),
  };
  const methods = fc.constantFrom('masq' as const, 'droute' as const, 'local' as const, 'bypass' as const);
  const direct = fc.record({ ...rest, address: address[serviceFamily], forward: methods });
  const tunnelled = family.chain((family) =>
    fc.record({ ...rest, address: address[family], forward: fc.constant('tunnel' as const), tunnel }),
  );
  return fc.oneof(direct, tunnelled).map(({ thresholds, ...spec }) => ({
    ...spec,
    upperThreshold: Math.max(...thresholds),
    lowerThreshold: Math.min(...thresholds),
  }));
}

/** Services that differ in what names them, each with destinations that do too. */
export const services = fc.uniqueArray(
  service.chain((service) =>
    fc.record({
      service: fc.constant(service),
      destinations: fc.uniqueArray(destination(familyOf(service)), {
        maxLength: 3,
        selector: ({ address, port }) => `${address} ${port}`,
      }),
    }),
  ),
  {
    minLength: 1,
    maxLength: 3,
    selector: ({ service }) =>
      'fwmark' in service
        ? `${service.fwmark} ${service.family}`
        : `${service.protocol} ${service.address} ${service.port}`,
  },
);
