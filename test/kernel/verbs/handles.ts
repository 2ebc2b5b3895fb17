/** Both handles under one set of tests: `await` takes values and promises alike. */

import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import { run } from '../../../lab/shell';
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

/** What the kernel holds, as an independent witness sees it: the lines of `ipvsadm -S -n`. */
export async function saved(): Promise<string[]> {
  return (await run('ipvsadm', ['-S', '-n'])).split('\n').filter((line) => line !== '');
}

/** Expects a refusal with these fields, and a table that is as it was. */
export async function expectRefusal(attempt: () => unknown, fields: object): Promise<void> {
  const before = await saved();
  await expect((async () => attempt())()).rejects.toMatchObject(fields);
  expect(await saved()).toEqual(before);
}
