/** Both handles under one set of tests: `await` takes values and promises alike. */

import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { Ipvs, IpvsSync } from '../../../lib/index';

export type Handle = Ipvs | IpvsSync;

/** Runs the tests on each handle, on an empty table each time. `use` gives the handle, inside a test. */
export function onBothHandles(tests: (use: () => Handle) => void): void {
  describe.each([
    ['Ipvs', () => Ipvs.open()],
    ['IpvsSync', () => IpvsSync.open()],
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
