/** The complete examples of docs/testing.md, run by the test runners that they are written for. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { EXAMPLES, javaScript, OTHERS, ROOT } from '../examples';

const THIS = 'test/package/examples.test.ts';
/** Inside the package, so that its own name leads to it. */
const FOLDER = join(ROOT, '.cache/examples/runners');
const folderOf = (runner: string) => join(FOLDER, runner);

const examples = new Map(
  EXAMPLES.flatMap((example) =>
    example.name !== undefined && OTHERS[example.name] === THIS ? [[example.name, example]] : [],
  ),
);

/** Each runner's file, arguments, and what it prints of so many tests that pass. */
const RUNNERS: Record<string, { file: string; args: string[]; passed: RegExp }> = {
  jest: {
    file: 'reconciler.test.ts',
    args: [
      require.resolve('jest/bin/jest'),
      '--config',
      JSON.stringify({ rootDir: folderOf('jest'), transform: { '[.]ts$': require.resolve('@swc/jest') } }),
    ],
    passed: /Tests: +2 passed, 2 total/,
  },
  vitest: {
    file: 'drain.test.ts',
    args: [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folderOf('vitest'), '--no-color'],
    passed: /Tests +1 passed \(1\)/,
  },
  node: {
    file: 'deadline.mjs',
    args: ['--test', join(folderOf('node'), 'deadline.mjs')],
    passed: /pass 1\n/,
  },
};

beforeAll(() => {
  for (const runner of examples.keys()) mkdirSync(folderOf(runner), { recursive: true });
});
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

test('there is an example for each runner', () => {
  expect([...examples.keys()].sort()).toEqual(Object.keys(RUNNERS).sort());
});

test.each(Object.entries(RUNNERS))(
  '%s',
  (runner, { file, args, passed }) => {
    const example = examples.get(runner);
    if (example === undefined) throw new Error(`no example for ${runner}`);
    // Node 20 runs no TypeScript.
    const source = file.endsWith('.ts') ? example.source : javaScript(example);
    writeFileSync(join(folderOf(runner), file), source);
    const { NODE_TEST_CONTEXT, NODE_OPTIONS, JEST_WORKER_ID, ...env } = process.env;
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      cwd: folderOf(runner),
      encoding: 'utf8',
      env,
    });
    expect(stdout + stderr).toMatch(passed);
    expect({ status, stdout }).toEqual({ status: 0, stdout });
  },
  60_000,
);
