/** Where lvsadm means to differ. Each is a row of docs/lvsadm.md, by its name. */

import type { Outcome } from './compare';
import type { Case } from './corpus';

interface Difference {
  name: string;
  /** Whether it explains how a case differs; absent where the corpus does not come to it. */
  explains?(test: Case, theirs: Outcome, ours: Outcome): boolean;
}

const line = ({ args }: Case): string => args.join(' ');
const file = ({ stdin = '' }: Case): string => stdin;
const lines = (text: string): string[] => text.split('\n');

/** Of two texts, the second has more to its lines; no line is another one. */
function extended(theirs: string, ours: string, more: RegExp): boolean {
  return ours !== theirs && ours.replaceAll(more, '') === theirs;
}

const THRESHOLDS = / -[xy] \d+/g;

/** IPv6 hosts that have a name. */
const SIX_NAME = /\[(?![0-9a-f:.]*\])[^\]]*\]/;

export const DIFFERENCES: readonly Difference[] = [
  { name: 'help', explains: (test) => /^(-h|--help)/.test(line(test)) },
  { name: 'version', explains: (test) => /^(-v|--version)/.test(line(test)) },
  { name: 'without-kernel' },
  { name: 'error-messages' },
  { name: 'more-options' },
  {
    name: 'save-thresholds',
    explains: (test, theirs, ours) =>
      /^(-S|--save|-R)/.test(line(test)) &&
      extended(
        theirs.stdout.replaceAll(/\[[^\]]*\]/g, ''),
        ours.stdout.replaceAll(/\[[^\]]*\]/g, ''),
        THRESHOLDS,
      ),
  },
  {
    name: 'save-ipv6-names',
    explains: (test, theirs, ours) =>
      /^(-S|--save)/.test(line(test)) && SIX_NAME.test(theirs.stdout) && !SIX_NAME.test(ours.stdout),
  },
  { name: 'save-local-and-bypass' },
  { name: 'list-bypass' },
  {
    name: 'marks-unsigned',
    explains: (test, theirs) => /-f \d{10}/.test(line(test)) && theirs.saved.includes('-f -'),
  },
  { name: 'order' },
  { name: 'counters' },
  { name: 'tunnel-flags' },
  { name: 'long-engine-data' },
  {
    name: 'engine-needs-persistence',
    explains: (test, theirs, ours) =>
      /--pe /.test(line(test)) && !/ (-p|--persistent)\b/.test(line(test)) && theirs.status !== ours.status,
  },
  {
    name: 'mask-before-service',
    explains: (test, theirs, ours) =>
      / -M .*( -t \[| -6)/.test(line(test)) && !/ -6 .*-M /.test(line(test)) && theirs.after !== ours.after,
  },
  {
    name: 'server-before-service',
    explains: (test, theirs, ours) =>
      /^-a .*-r \S+ .*-t /.test(line(test)) && theirs.status === 0 && theirs.after !== ours.after,
  },
  { name: 'zero-one', explains: (test) => /^-Z -t 0\.0\.0\.0:0/.test(line(test)) },
  { name: 'flag-list', explains: (test) => / -b ,/.test(line(test)) },
  {
    name: 'rule-comments',
    explains: (test) => /^-R/.test(line(test)) && /(^|\s)#/.test(file(test)),
  },
  {
    name: 'rule-program-name',
    explains: (test) => /^-R/.test(line(test)) && lines(file(test)).some((row) => /\S\s+ipvsadm\b/.test(row)),
  },
  {
    name: 'rule-help',
    explains: (test) => /^-R/.test(line(test)) && /^(-h|--help)$/m.test(file(test)),
  },
  { name: 'byte-order-mark' },
  {
    name: 'restore-all-or-nothing',
    explains: (test, theirs, ours) =>
      /^-R/.test(line(test)) &&
      /line \d+: /.test(ours.stderr) &&
      ours.status !== 0 &&
      theirs.after !== ours.after,
  },
  {
    name: 'restore-exit-status',
    explains: (test, theirs, ours) =>
      /^-R/.test(line(test)) && /line \d+: /.test(ours.stderr) && ours.status !== 0 && theirs.status === 0,
  },
  { name: 'unreadable-input' },
  { name: 'unwritable-output' },
  { name: 'reader-gone' },
];

/** What of two outcomes differs. */
export function differing(theirs: Outcome, ours: Outcome): string[] {
  return (['stdout', 'status', 'after', 'saved'] as const).filter((part) => theirs[part] !== ours[part]);
}

/** Names the documented differences that explain the case. */
export function explanations(test: Case, theirs: Outcome, ours: Outcome): string[] {
  return DIFFERENCES.filter(({ explains }) => explains?.(test, theirs, ours)).map(({ name }) => name);
}
