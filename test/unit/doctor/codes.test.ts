import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(__dirname, '../../..');

function read(folder: string, name: RegExp): string {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => name.test(path))
    .map((path) => readFileSync(join(ROOT, folder, path), 'utf8'))
    .join('\n');
}

function codes(text: string, pattern: RegExp): string[] {
  return [...new Set(Array.from(text.matchAll(pattern), ([, code]) => code as string))].sort();
}

const declared = codes(read('lib/doctor', /^finding\.ts$/), /\| '([A-Z_]+)'/g);

test('every code has a section of docs/doctor.md, and every section a code', () => {
  const page = readFileSync(join(ROOT, 'docs/doctor.md'), 'utf8');
  expect(codes(page, /^### ([A-Z_]+)$/gm)).toEqual(declared);
});

test('every code has a lab test that bears its name, and that test finds it', () => {
  const tests = read('test/kernel/doctor', /\.test\.ts$/);
  expect(codes(tests, /^\s*(?:test|\]\))\('([A-Z_]{4,})/gm)).toEqual(declared);
  expect(codes(tests, /(?:code: |Diagnosed\()'([A-Z_]{4,})'/g)).toEqual(expect.arrayContaining(declared));
});

test('every code is one that the doctor gives', () => {
  const source = read('lib', /^(doctor\/(?!finding).*|cli\/doctor\/.*)\.ts$/);
  expect(codes(source, /'([A-Z]+_[A-Z_]+|OVERLOADED)'/g)).toEqual(expect.arrayContaining(declared));
});
