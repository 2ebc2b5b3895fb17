/** What only a kernel of our own may have done to it. */

import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll } from '@jest/globals';
import { IpvsSync } from '../../../lib/index';
import { Shell } from './shell';

const HELPER = '/proc/sys/kernel/modprobe';

/** Whether this kernel is a guest's, where nobody else is disturbed. */
export const isGuest = readFileSync('/proc/cpuinfo', 'utf8').includes('User Mode Linux');

/** What the kernel starts to load a module, until it is disposed of another program. */
export class ModuleHelper implements Disposable {
  readonly usual = readFileSync(HELPER, 'utf8').trim();

  constructor(program: string) {
    writeFileSync(HELPER, program);
  }

  [Symbol.dispose](): void {
    writeFileSync(HELPER, this.usual);
  }
}

/** Network namespaces that are gone hold their services until the kernel has come round to them. */
const PATIENCE = 20_000;

/** The module in the tests of a file, or of a part of one, that take it out of the kernel. It is back after the last. */
export class Module {
  #shell: Shell | undefined;

  constructor() {
    beforeAll(() => {
      this.#shell = new Shell();
    });
    afterAll(async () => {
      await this.run('modprobe ip_vs');
      await this.#shell?.[Symbol.asyncDispose]();
    });
  }

  /** What a command line prints. */
  run(line: string): Promise<string> {
    return (this.#shell as Shell).run(line);
  }

  /** Takes IPVS out of the kernel, with all that it holds, and the schedulers and engines that hang on it. */
  async unload(): Promise<void> {
    using ipvs = IpvsSync.open();
    ipvs.flush();
    const patience = Date.now() + PATIENCE;
    for (;;) {
      const complaint = await this.run(
        "modprobe -r $(sed -n 's/^\\(ip_vs_[^ ]*\\).*/\\1/p' /proc/modules) ip_vs",
      );
      if (complaint === '') return;
      if (!complaint.includes('in use') || Date.now() > patience) throw new Error(complaint);
      await setTimeout(100);
    }
  }
}
