/** Compiles the examples of README.md and docs/ as programs of a user's who is strict. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import ts from 'typescript';
import { EXAMPLES, type Example, ROOT } from '../examples';

/** Inside the package, so that its own name leads to it. */
const FOLDER = join(ROOT, '.cache/examples/types');

/** A file of webpack's is JavaScript; all else must be right as TypeScript. */
function fileOf({ place, source }: Example): string {
  const extension = source.includes('module.exports') ? 'cjs' : 'mts';
  return join(FOLDER, `${place.replaceAll(/[/.:]/g, '-')}.${extension}`);
}

beforeAll(() => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
});
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

test('every example compiles', () => {
  const files = new Map(EXAMPLES.map((example) => [fileOf(example), example]));
  for (const [file, { source }] of files) writeFileSync(file, source);
  const program = ts.createProgram([...files.keys()], {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    module: ts.ModuleKind.NodeNext,
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    allowJs: true,
    checkJs: true,
    maxNodeModuleJsDepth: 0,
    noEmit: true,
  });
  const complaints = ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const place = file && files.get(file.fileName)?.place;
    const said = ts.flattenDiagnosticMessageText(messageText, '\n');
    if (file === undefined) return said;
    const { line } = file.getLineAndCharacterOfPosition(start);
    return `${place ?? file.fileName}: ${said}: ${file.text.split('\n')[line]?.trim()}`;
  });
  expect(complaints).toEqual([]);
  expect(files.size).toBeGreaterThan(20);
});
