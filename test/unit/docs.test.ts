import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { REASONS } from '../../lib/errors/reasons';

const ROOT = join(__dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');

/** The codes, and for the kernel's the verbs, that the page's tables name. */
const rows = page
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, code]) => /^`[A-Z_]+`$/.test(code ?? ''))
  .map(([, code, verbs]) => ({ code: code?.slice(1, -1) ?? '', verbs: verbs ?? '' }));

/** Codes of the library's own in a source, as text that the compiler sees. */
function codesIn(text: string): string[] {
  return text.match(/(?<=')(?:ERR_[A-Z_]+|ABORT_ERR)(?=')/g) ?? [];
}

test("the page of errors has the library's codes, and no others", () => {
  const files = readdirSync(join(ROOT, 'lib'), { encoding: 'utf8', recursive: true }).filter((name) =>
    name.endsWith('.ts'),
  );
  const codes = new Set(files.flatMap((name) => codesIn(readFileSync(join(ROOT, 'lib', name), 'utf8'))));
  expect(codes.size).toBeGreaterThan(8);
  const documented = rows.map(({ code }) => code).filter((code) => /^(ERR_|ABORT_)/.test(code));
  expect(documented.sort()).toEqual([...codes].sort());
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

test('it has no refusal that the code does not explain', () => {
  for (const { code, verbs } of rows.filter(({ code }) => !/^(ERR_|ABORT_)/.test(code))) {
    const reasons = REASONS[code] ?? {};
    const named = verbs.startsWith('all') ? ['any'] : verbs.split(', ');
    expect({ code, unexplained: named.filter((verb) => !(verb in reasons)) }).toEqual({
      code,
      unexplained: [],
    });
  }
});
