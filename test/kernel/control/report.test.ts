import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { IpvsSync, type Service, type ServiceSpec } from '../../../lib/index';
import { HERE } from '../machine';
import { configuration, configurationsOf } from './configuration';
import { services } from './specs';
import { Witness } from './witness';

const witness = new Witness();

const RUNS = Number(process.env.LVS_PROPERTY_RUNS ?? 200);
/** How often ipvsadm is asked too: starting it takes longer than the rest of a run. */
const WITNESS_EVERY = 20;

test('what the kernel reports, given back to it, changes nothing', async () => {
  using ipvs = IpvsSync.open(HERE);
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(services, async (specs) => {
      ipvs.flush();
      for (const { service, destinations } of specs) {
        ipvs.addService(service);
        for (const destination of destinations) ipvs.addDestination(service, destination);
      }
      const before = configurationsOf(ipvs);
      for (const { service, destinations } of specs) {
        expect(configuration(ipvs.service(service) as Service)).toMatchObject(plain(service));
        // The newest is listed first.
        expect(ipvs.destinations(service)).toMatchObject(destinations.toReversed());
      }
      const asked = runs++ % WITNESS_EVERY === 0;
      const saved = asked ? await witness.saved() : [];

      for (const { destinations, ...service } of ipvs.table()) {
        ipvs.setService(service);
        for (const destination of destinations) ipvs.setDestination(service, destination);
      }
      expect(configurationsOf(ipvs)).toEqual(before);
      if (asked) expect(await witness.saved()).toEqual(saved);
    }),
    { numRuns: RUNS },
  );
  ipvs.flush();
}, 120_000);

/** The specification as far as the report says it in the same words: `true` stands for all defaults. */
function plain({ persistence, ...service }: ServiceSpec): object {
  return persistence === undefined || persistence === true ? service : { ...service, persistence };
}
