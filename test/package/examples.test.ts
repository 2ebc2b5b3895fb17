/** The complete examples of docs/testing.md, run by the test runners that they are written for. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const ROOT = join(__dirname, '../..');
/** Inside the package, so that its own name leads to it. */
const FOLDER = join(ROOT, '.cache/examples');
const folderOf = (runner: string) => join(FOLDER, runner);

const page = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8');
const examples = new Map(
  [...page.matchAll(/<!-- example: (\w+) -->\n```js\n([\s\S]*?)```/g)].map(([, runner = '', source = '']) => [
    runner,
    source,
  ]),
);

/** Each runner's file, arguments, and what it prints of so many tests that pass. */
const RUNNERS: Record<string, { file: string; args: string[]; passed: RegExp }> = {
  jest: {
    file: 'reconciler.test.cjs',
    args: [
      require.resolve('jest/bin/jest'),
      '--config',
      JSON.stringify({ rootDir: folderOf('jest'), testMatch: ['**/*.test.cjs'] }),
    ],
    passed: /Tests: +2 passed, 2 total/,
  },
  vitest: {
    file: 'drain.test.mjs',
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
    writeFileSync(join(folderOf(runner), file), examples.get(runner) ?? '');
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
