import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const FOLDER = '/proc/self/fd';
const PATIENCE = 20_000;

/** What the descriptors of this process lead to, the one apart by which they are listed. */
export function descriptors(): string[] {
  return readdirSync(FOLDER).flatMap((number) => {
    try {
      return [`${number} ${readlinkSync(`${FOLDER}/${number}`)}`];
    } catch {
      return [];
    }
  });
}

/** Waits until there are no more than those: work on a pool thread that was given up closes what is its when it ends. */
export async function descriptorsFall(before: string[]): Promise<void> {
  const end = performance.now() + PATIENCE;
  for (let now = descriptors(); now.length > before.length; now = descriptors()) {
    if (performance.now() > end)
      throw new Error(`left open:\n${now.filter((each) => !before.includes(each)).join('\n')}`);
    await setTimeout(10);
  }
}
