import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** How many descriptors this process has open. */
export function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Waits until there are no more than that: work on a pool thread that was given up closes what is its when it ends. */
export async function descriptorsFall(count: number): Promise<void> {
  while (descriptors() > count) await setTimeout(10);
}
