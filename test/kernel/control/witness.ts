/** ipvsadm as a witness, from a shell that stays. */

import { afterAll, beforeAll, expect } from '@jest/globals';
import { Shell } from './shell';

export class Witness {
  #shell: Shell | undefined;

  /** There from the first test of a file to the last. */
  constructor() {
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
  saved(): Promise<string[]> {
    return this.lines('ipvsadm -S -n');
  }

  /** Expects a refusal with these fields, and a table that is as it was. */
  async expectRefusal(attempt: () => unknown, fields: object): Promise<void> {
    const before = await this.saved();
    await expect((async () => attempt())()).rejects.toMatchObject(fields);
    expect(await this.saved()).toEqual(before);
  }
}
