import type { Reply } from './verbs';

/** How many requests each real server answered, by its name; those without an answer count under their error. */
export type Tally = Record<string, number>;

/** Makes requests one after another and counts who answered. */
export async function tally(times: number, request: () => Promise<Reply>): Promise<Tally> {
  const counts: Tally = {};
  for (let i = 0; i < times; i++) {
    const reply = await request();
    const who = 'server' in reply ? reply.server : reply.error;
    counts[who] = (counts[who] ?? 0) + 1;
  }
  return counts;
}

/** A tally as text, in the order of the names: `rs1 6, rs2 6`. */
export function describeTally(counts: Tally): string {
  const parts = Object.entries(counts).sort(([a], [b]) => a.localeCompare(b));
  return parts.map(([who, count]) => `${who} ${count}`).join(', ');
}
