import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { run } from '../../../lab/shell';
import { Namespace } from '../control/namespace';
import { Comparer } from './compare';
import {
  type Case,
  combinations,
  files,
  HOSTS,
  listings,
  rules,
  sequences,
  spellings,
  values,
} from './corpus';
import { differing, explanations } from './differences';

const NAME = 'lvs-differential';
const NAMES = `/run/lvsadm-hosts-${process.pid}`;

let namespace: Namespace;
let comparer: Comparer;

/** The machine's file is not touched: another one is seen in its place. */
beforeAll(async () => {
  writeFileSync(NAMES, HOSTS);
  await run('mount', ['--bind', NAMES, '/etc/hosts']);
  namespace = await Namespace.make(NAME, ['link set lo up']);
  comparer = new Comparer(NAME, namespace.path);
});
afterAll(async () => {
  await comparer?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
  await run('umount', ['/etc/hosts']);
  rmSync(NAMES);
});

async function unexplained(cases: readonly Case[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const { test: each, theirs, ours } of await comparer.compare(cases)) {
    const parts = differing(theirs, ours);
    if (parts.length === 0) continue;
    const names = explanations(each, theirs, ours);
    if (names.length > 0) continue;
    const pick = (outcome: typeof ours) =>
      Object.fromEntries([...parts, 'status', 'stderr'].map((part) => [part, outcome[part as 'stdout']]));
    found.push({ line: each.args.join(' '), stdin: each.stdin, theirs: pick(theirs), ours: pick(ours) });
  }
  return found;
}

test.each([
  ['every command with every option', combinations],
  ['values, good and bad', values],
  ['options that need or exclude each other', rules],
  ['how words are taken apart', spellings],
  ['listings', listings],
  ['files', files],
  ['sequences', () => sequences(40)],
])(
  '%s',
  async (_, cases) => {
    expect(await unexplained(cases())).toEqual([]);
  },
  600_000,
);
