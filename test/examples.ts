/**
 * The examples of README.md and docs/: each fenced block of JavaScript or TypeScript. Comments before a block, which no
 * reader of the page sees, say how it is tried:
 *
 *   <!-- given … -->        what stands before it in the program, where it is a part of one
 *   <!-- prints TEXT -->    it must print this, and is ended then
 *   <!-- example: NAME -->  it is not run by itself: test/package runs it as a user would (`OTHERS`)
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export const ROOT = join(__dirname, '..');

export interface Example {
  /** As `docs/handles.md:6`. */
  place: string;
  name: string | undefined;
  prints: string | undefined;
  language: 'js' | 'ts';
  /** The whole program. */
  source: string;
}

/** Who runs the examples that have a name. */
export const OTHERS: Record<string, string> = {
  jest: 'test/package/examples.test.ts',
  vitest: 'test/package/examples.test.ts',
  node: 'test/package/examples.test.ts',
  webpack: 'test/package/bundlers.test.ts',
};

const BLOCK =
  /((?:^ *<!--(?:(?!-->)[\s\S])*-->\n)*)^( *)```(js|ts|javascript|typescript|[mc][jt]s|[jt]sx)\n([\s\S]*?)^ *```$/gm;

function readPage(page: string): Example[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(BLOCK)].map((match) => {
    const [, comments = '', indent = '', language = '', code = ''] = match;
    const said = (pattern: RegExp) => comments.match(pattern)?.[1];
    const given = said(/<!-- given\n([\s\S]*?)-->/);
    const line = text.slice(0, match.index + comments.length).split('\n').length;
    const place = `${page}:${line}`;
    if (language !== 'js' && language !== 'ts') throw new Error(`${place}: say js or ts, not ${language}`);
    return {
      place,
      language,
      name: said(/<!-- example: (\w+) -->/),
      prints: said(/<!-- prints (.*) -->/),
      source: [given, code].join('').replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    };
  });
}

const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);

export const EXAMPLES: Example[] = ['README.md', ...pages.sort()].flatMap(readPage);

/** As Node runs it, whichever it is. */
export function javaScript({ source }: Example): string {
  const { ES2022 } = ts.ScriptTarget;
  const compilerOptions = { target: ES2022, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(source, { compilerOptions }).outputText;
}
