import { expect } from '@jest/globals';
import { run } from '../../../lab/shell';
import { lvsadm } from '../../lvsadm';

/** Expects lvsadm's table to be what `ipvsadm -L -n` prints, byte for byte. */
export async function expectTableWitnessed(): Promise<void> {
  const { ours, theirs } = await undisturbed(['-L', '-n']);
  expect(ours).toBe(theirs);
}

/**
 * Expects lvsadm's connection entries to be what `ipvsadm -L -n -c` prints, but for a moment in the time left to each. Only
 * those of the given virtual ports: what others have left ends at any moment.
 */
export async function expectConnectionsWitnessed(ports: readonly number[]): Promise<void> {
  const { ours, theirs } = await undisturbed(['-L', '-n', '-c'], (listing) => ofPorts(listing, ports));
  expect(ours.split('\n').length).toBeGreaterThan(3); // two of heading, and the end
  expect(timeless(ours)).toBe(timeless(theirs));
  const expected = expiries(theirs);
  for (const [i, seconds] of expiries(ours).entries()) {
    expect(Math.abs(seconds - (expected[i] ?? 0))).toBeLessThanOrEqual(2);
  }
}

/** The heading, and the rows whose virtual port is one of these. */
function ofPorts(listing: string, ports: readonly number[]): string {
  const rows = listing.split('\n').filter((row, n) => {
    const virtual = row.trim().split(/ +/)[4] ?? '';
    return n < 2 || row === '' || ports.some((port) => virtual.endsWith(`:${port}`));
  });
  return rows.join('\n');
}

/**
 * Ours and ipvsadm's listing of the same state: each is the same when it is read again. Where an entry of other tests'
 * expires while ipvsadm reads, it leaves one out that stays.
 */
async function undisturbed(args: string[], part = (listing: string) => listing) {
  const list = async () => part((await lvsadm(args)).stdout);
  const witness = async () => part(await run('ipvsadm', args));
  for (;;) {
    const [ours, theirs, theirsAgain, oursAgain] = [
      await list(),
      await witness(),
      await witness(),
      await list(),
    ];
    const isSame = timeless(ours) === timeless(oursAgain) && timeless(theirs) === timeless(theirsAgain);
    if (isSame) return { ours, theirs };
  }
}

function timeless(listing: string): string {
  return listing.replaceAll(/ \d\d+:\d\d /g, ' --:-- ');
}

function expiries(listing: string): number[] {
  return [...listing.matchAll(/ (\d\d+):(\d\d) /g)].map(
    ([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
  );
}
