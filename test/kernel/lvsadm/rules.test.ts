import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type DestinationSpec,
  formatRules,
  IpvsSync,
  parseRules,
  type ServiceSpec,
} from '../../../lib/index';
import { configurationsOf } from '../control/configuration';
import { Namespace } from '../control/namespace';
import { services } from '../control/specs';

const RUNS = 200;

let namespace: Namespace;
beforeAll(async () => {
  namespace = await Namespace.make('lvs-rules', ['link set lo up']);
});
afterAll(() => namespace[Symbol.asyncDispose]());

test('whatever is in the table, its rules make it again', () => {
  using ipvs = IpvsSync.open({ netns: namespace.path });
  fc.assert(
    fc.property(services, (specs) => {
      ipvs.flush();
      for (const { service, destinations } of specs) {
        ipvs.addService(service);
        ipvs.batch(
          expressible(service, destinations).map((destination) => ({
            op: 'addDestination',
            service,
            destination,
          })),
        );
      }
      const before = inOrder(configurationsOf(ipvs));
      const rules = formatRules(ipvs.table());

      ipvs.flush();
      ipvs.batch(parseRules(rules));
      expect(inOrder(configurationsOf(ipvs))).toEqual(before);
      expect(formatRules(ipvs.table())).toBe(rules);
    }),
    { numRuns: RUNS },
  );
}, 120_000);

/** In a rule, a server that gets packets as they are has its service's port. */
function expressible(service: ServiceSpec, destinations: DestinationSpec[]): DestinationSpec[] {
  const written = destinations.map((destination) => {
    const keepsPort = destination.forward === 'tunnel' || destination.forward === 'droute';
    return keepsPort && 'port' in service ? { ...destination, port: service.port } : destination;
  });
  return [...new Map(written.map((each) => [`${each.address} ${each.port}`, each])).values()];
}

/** Rules are sorted, so that the newest destination is another one afterwards. */
function inOrder(table: object[]): unknown[] {
  const text = (value: unknown) => JSON.stringify(value);
  return (table as { destinations: object[] }[]).map(({ destinations, ...service }) => ({
    ...service,
    destinations: [...destinations].sort((a, b) => (text(a) < text(b) ? -1 : 1)),
  }));
}
