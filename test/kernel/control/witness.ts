/** ipvsadm as a witness, from a shell that stays. Of a simulated machine, the library says itself what ipvsadm would. */

import { afterAll, beforeAll, expect } from '@jest/globals';
import { formatRules, IpvsSync } from '../../../lib/index';
import { HERE, simulator } from '../machine';
import { Shell } from './shell';

export class Witness {
  #shell: Shell | undefined;

  /** There from the first test of a file to the last. */
  constructor() {
    if (simulator !== undefined) return;
    beforeAll(() => {
      this.#shell = new Shell();
    });
    afterAll(() => this.#shell?.[Symbol.asyncDispose]());
  }

  /** The lines that a command prints. */
  async lines(command: string): Promise<string[]> {
    const output = await (this.#shell as Shell).run(command);
    return output.split('\n').filter((line) => line !== '');
  }

  /** What the kernel holds. */
  async saved(): Promise<string[]> {
    if (simulator === undefined) return this.lines('ipvsadm -S -n');
    using ipvs = IpvsSync.open(HERE);
    return formatRules(ipvs.table())
      .split('\n')
      .filter((line) => line !== '');
  }

  /** Expects a refusal with these fields, and a table that is as it was. */
  async expectRefusal(attempt: () => unknown, fields: object): Promise<void> {
    const before = await this.saved();
    await expect((async () => attempt())()).rejects.toMatchObject(fields);
    expect(await this.saved()).toEqual(before);
  }
}
