// @ts-check
/*
 * Work of JavaScript alone, and what it takes at least: in instructions on the emulated processor, in nanoseconds on this
 * machine. Both together tell how many instructions a core of this machine carries out in a second.
 */
import { IpvsMetrics } from '@lvs/netlink/metrics';
import { Simulator } from '@lvs/netlink/simulator';

const [SERVICES, DESTINATIONS] = [20, 20];
const TIMES = 400;

/** The least that the work took of many times, in nanoseconds of the clock. */
export async function speed() {
  const ipvs = await new Simulator().open();
  for (let n = 0; n < SERVICES; n++) {
    const service = /** @type {const} */ ({
      protocol: 'tcp',
      address: `10.0.0.${n}`,
      port: 80,
      scheduler: 'wlc',
    });
    await ipvs.addService(service);
    for (let m = 0; m < DESTINATIONS; m++) {
      await ipvs.addDestination(service, { address: `10.200.0.${m}`, port: 80 });
    }
  }
  const metrics = new IpvsMetrics(ipvs);
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < TIMES; n++) {
    const start = process.hrtime.bigint();
    await metrics.metrics();
    least = Math.min(least, Number(process.hrtime.bigint() - start));
  }
  await ipvs.close();
  return least;
}
