/** What only a kernel of our own may have done to it. */

import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { IpvsSync } from '../../../lib/index';
import type { Shell } from './shell';

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

/** Takes IPVS out of the kernel, with all that it holds, and the schedulers and engines that hang on it. */
export async function unloadModule(shell: Shell): Promise<void> {
  using ipvs = IpvsSync.open();
  ipvs.flush();
  const patience = Date.now() + PATIENCE;
  for (;;) {
    const complaint = await shell.run(
      "modprobe -r $(sed -n 's/^\\(ip_vs_[^ ]*\\).*/\\1/p' /proc/modules) ip_vs",
    );
    if (complaint === '') return;
    if (!complaint.includes('in use') || Date.now() > patience) throw new Error(complaint);
    await setTimeout(100);
  }
}
