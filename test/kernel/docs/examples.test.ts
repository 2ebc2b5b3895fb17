/** Runs the examples of README.md and docs/, each as a program in a network namespace of its own. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { EXAMPLES, type Example, javaScript, OTHERS, ROOT } from '../../examples';

const FOLDER = join(ROOT, '.cache/examples/kernel');
const INSIDE = 'ip link set lo up && exec "$0" "$1"';

beforeAll(() => {
  mkdirSync(FOLDER, { recursive: true });
});
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

async function run(example: Example) {
  const file = join(FOLDER, `${example.place.replaceAll(/[/.:]/g, '-')}.mjs`);
  writeFileSync(file, javaScript(example));
  const child = spawn('unshare', ['--net', 'sh', '-c', INSIDE, process.execPath, file]);
  let output = '';
  let isSeen = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
      if (example.prints === undefined || isSeen || !output.includes(example.prints)) return;
      isSeen = true;
      child.kill();
    });
  }
  const [status] = await once(child, 'close');
  return { output, status: isSeen ? 0 : status };
}

test.each(
  EXAMPLES.filter(({ name }) => name === undefined).map((example) => [example.place, example] as const),
)('%s', async (_, example) => {
  const { output, status } = await run(example);
  expect({ output, status }).toEqual({ output: expect.stringContaining(example.prints ?? ''), status: 0 });
});

test('the others are run elsewhere', () => {
  const names = EXAMPLES.flatMap(({ name }) => name ?? []);
  expect(names.sort()).toEqual(Object.keys(OTHERS).sort());
});
