import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { help } from '../../../lib/cli/help';
import { PROGRAMS, type ProgramOption } from '../../../lib/cli/programs';
import { COMMANDS } from '../../../lib/rules/commands';
import { DOES } from '../../../lib/rules/descriptions';
import { OPTIONS } from '../../../lib/rules/options';

const root = join(__dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const programs = Object.entries(PROGRAMS);
const programOptions = programs.flatMap(([, { options }]): readonly ProgramOption[] => options);
const described = [
  ...[...Object.values(COMMANDS), ...OPTIONS].map(({ long }) => ({ long, does: DOES[long] as string })),
  ...programOptions,
];
const spellings = described.map(({ long }) => `--${long}`);

test.each([
  ['the help', help()],
  ['the manual page', read('man/lvsadm.8').replaceAll(/\\f[BIR]|\\/g, '')],
  ['the completion for bash', read('completions/lvsadm.bash')],
  ['the completion for zsh', read('completions/_lvsadm')],
])('%s has every command and option, and no others', (_, page) => {
  const named = new Set(page.match(/(?<![\w-])--[a-z][\w-]*/g));
  expect([...named].sort()).toEqual([...new Set(spellings)].sort());
});

test.each(programs)('%s is in the manual page and the completions', (word, { does }) => {
  expect(read('man/lvsadm.8')).toContain(
    `\n.SS lvsadm ${word}\n${does.charAt(0).toUpperCase()}${does.slice(1)}.`,
  );
  expect(read('completions/lvsadm.bash')).toContain(`    ${word})\n`);
  expect(read('completions/_lvsadm')).toContain(`    ${word}\n`);
});

test('the manual page describes each as the help does', () => {
  const page = read('man/lvsadm.8').replaceAll('\\', '');
  const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  expect(described.filter(({ does }) => !page.includes(`\n${capital(does)}\n`))).toEqual([]);
});

test('so does the completion for zsh', () => {
  const page = read('completions/_lvsadm').replaceAll("'\\''", "'").replaceAll('\\:', ':');
  expect(
    described.filter(
      ({ long, does }) => !page.match(new RegExp(`'\\*?--${long}=?\\[`)) || !page.includes(`[${does}]`),
    ),
  ).toEqual([]);
});
