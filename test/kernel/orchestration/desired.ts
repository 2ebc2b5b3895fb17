/** Random desired states: of few services and real servers, so that two of them meet, and of every field. */

import fc from 'fast-check';
import type { DesiredService, DestinationSpec, ServiceKey, TableRow } from '../../../lib/index';

const threshold = fc.constantFrom(0, 0, 0, 1, 10, 2147483647);

function destination(family: 'ipv4' | 'ipv6'): fc.Arbitrary<DestinationSpec> {
  const six = family === 'ipv6';
  const address = fc.nat(5).map((n) => (six ? `fd00:50::${n + 10}` : `10.1.0.${n + 10}`));
  const common = {
    address,
    port: fc.constantFrom(80, 8080),
    weight: fc.option(fc.constantFrom(0, 1, 5, 2147483647), { nil: undefined }),
    upperThreshold: threshold,
    lowerThreshold: threshold,
  };
  const tunnel = fc.oneof(
    fc.constant(undefined),
    fc.constant({ type: 'ipip' as const }),
    fc.record({
      type: fc.constant('gue' as const),
      port: fc.constantFrom(1, 6080),
      checksum: fc.constantFrom('none' as const, 'checksum' as const, 'remote-checksum' as const, undefined),
    }),
    fc.record({
      type: fc.constant('gre' as const),
      checksum: fc.constantFrom('none' as const, 'checksum' as const),
    }),
  );
  const crossing = six
    ? fc.constantFrom('10.1.0.77', 'fd00:50::77')
    : fc.constantFrom('fd00:50::77', '10.1.0.77');
  return fc
    .oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          ...common,
          forward: fc.constantFrom('masq', 'droute', 'local', 'bypass', undefined) as fc.Arbitrary<
            'masq' | undefined
          >,
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          ...common,
          address: crossing,
          forward: fc.constant('tunnel' as const),
          tunnel,
        }),
      },
    )
    .map((spec): DestinationSpec => {
      const [lowerThreshold, upperThreshold] = [spec.lowerThreshold, spec.upperThreshold].sort(
        (a, b) => a - b,
      );
      return { ...spec, lowerThreshold, upperThreshold };
    });
}

const options = fc.oneof(
  fc.record({ scheduler: fc.constantFrom('rr', 'wrr', 'wlc', 'lc', 'sed', undefined) }),
  fc.record({ scheduler: fc.constant('sh'), flags: fc.subarray(['sh-fallback', 'sh-port'] as const) }),
  fc.record({
    scheduler: fc.constant('mh'),
    flags: fc.subarray(['mh-fallback', 'mh-port', 'flag-3'] as const),
  }),
);

const persistence = (family: 'ipv4' | 'ipv6') =>
  fc.oneof(
    fc.constant(undefined),
    fc.constantFrom(true, false),
    fc.record({
      timeout: fc.constantFrom(1, 360, 2678400, undefined),
      netmask:
        family === 'ipv6'
          ? fc.constantFrom<number | string | undefined>(1, 64, 128, undefined)
          : fc.constantFrom<number | string | undefined>(0, 24, 32, '255.255.0.255', undefined),
      engine: fc.constantFrom('sip', undefined),
    }),
  );

const service: fc.Arbitrary<DesiredService> = fc
  .constantFrom('ipv4' as const, 'ipv6' as const)
  .chain((family) =>
    fc
      .record({
        key: fc.oneof(
          fc.record({
            protocol: fc.constantFrom('tcp', 'udp', 'sctp'),
            address: fc.constantFrom(
              ...(family === 'ipv6' ? ['fd00::1', 'fd00:0::2'] : ['10.0.0.1', '10.0.0.2']),
            ),
            port: fc.constantFrom(0, 80, 443),
          }),
          fc.record({ fwmark: fc.constantFrom(1, 7, 4294967295), family: fc.constant(family) }),
        ) as fc.Arbitrary<ServiceKey>,
        options,
        persistence: persistence(family),
        destinations: fc.uniqueArray(destination(family), {
          maxLength: 6,
          selector: ({ address, port }) => `${address} ${port}`,
        }),
      })
      .map(({ key, options, persistence, destinations }): DesiredService => {
        const everyPort = 'port' in key && key.port === 0;
        const needed = everyPort && (persistence === undefined || persistence === false) ? true : persistence;
        return { ...key, ...options, ...(needed !== undefined && { persistence: needed }), destinations };
      }),
  );

/** Any state. */
export const desiredState = fc.uniqueArray(service, {
  maxLength: 10,
  selector: ({ destinations, scheduler, persistence, flags, ...key }) =>
    JSON.stringify(key).replace(':0::', '::'),
});

/** So many samples, the same for the same seed. */
export function samples(count: number, seed: number): DesiredService[][] {
  return fc.sample(desiredState, { numRuns: count, seed });
}

/** The table without its counters, each row and real server in the order of its text. */
export async function textOf(ipvs: { table(): TableRow[] | Promise<TableRow[]> }): Promise<string[]> {
  return (await ipvs.table())
    .map(({ stats: _, destinations, ...row }) =>
      JSON.stringify({
        ...row,
        destinations: destinations.map(({ stats: _, ...each }) => JSON.stringify(each)).sort(),
      }),
    )
    .sort();
}
