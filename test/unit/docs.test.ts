import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { REASONS } from '../../lib/refusals';

const ROOT = join(__dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
const source = readFileSync(join(ROOT, 'lib/errors.ts'), 'utf8');

/** The codes, and for the kernel's the verbs, that the page's tables name. */
const rows = page
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, code]) => /^`E[A-Z_]+`$/.test(code ?? ''))
  .map(([, code, verbs]) => ({ code: code?.slice(1, -1) ?? '', verbs: verbs ?? '' }));

test("the page of errors has the library's codes, and no others", () => {
  const codes = [...source.matchAll(/^ {2}\| '(ERR_IPVS_\w+)'/gm)].map(([, code]) => code);
  expect(codes).not.toEqual([]);
  expect(rows.map(({ code }) => code).filter((code) => code.startsWith('ERR_'))).toEqual(codes);
});

test('it has every refusal that the code explains, with its verbs', () => {
  for (const [code, reasons] of Object.entries(REASONS)) {
    const documented = rows.filter((row) => row.code === code).map(({ verbs }) => verbs);
    expect({ code, documented }).not.toEqual({ code, documented: [] });
    for (const verb of Object.keys(reasons)) {
      const named = documented.some((verbs) => verbs.split(/[ ,]+/).includes(verb === 'any' ? 'all' : verb));
      expect({ code, verb, named }).toEqual({ code, verb, named: true });
    }
  }
});
