/** Both handles under one set of tests: `await` takes values and promises alike. */

import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { Ipvs, IpvsSync } from '../../../lib/index';
import { HERE } from '../machine';

export type Handle = Ipvs | IpvsSync;

/** Runs the tests on each handle, on an empty table each time. `use` gives the handle, inside a test. */
export function onBothHandles(tests: (use: () => Handle) => void): void {
  describe.each([
    ['Ipvs', () => Ipvs.open(HERE)],
    ['IpvsSync', () => IpvsSync.open(HERE)],
  ])('%s', (_, open: () => Handle | Promise<Handle>) => {
    let handle: Handle;
    beforeAll(async () => {
      handle = await open();
      await handle.flush();
    });
    afterEach(async () => {
      await handle.flush();
    });
    afterAll(async () => {
      await handle.close();
    });
    tests(() => handle);
  });
}
