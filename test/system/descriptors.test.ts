import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { readAll, writeAll } from '../../lib/cli/descriptors';

const folder = mkdtempSync(join(tmpdir(), 'lvs-descriptors-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What reading gives of a pipe that does not block, while a shell writes into it. */
function readPipe(script: string): string {
  const pipe = join(folder, 'in');
  execFileSync('mkfifo', [pipe]);
  // With a writer of its own, the reader does not take a writer that is late for one that is done.
  const descriptor = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const held = openSync(pipe, constants.O_WRONLY);
  spawn('sh', ['-c', `exec 3>${pipe}; touch ${folder}/writing; ${script}`], { stdio: 'ignore' });
  execFileSync('sh', ['-c', `until test -e ${folder}/writing; do sleep 0.01; done`]);
  closeSync(held);
  try {
    return readAll(descriptor);
  } finally {
    closeSync(descriptor);
    rmSync(pipe);
    rmSync(join(folder, 'writing'));
  }
}

test('a pipe that does not block is read to its end, however slow', () => {
  expect(readPipe('printf -- "-C\\n" >&3; sleep 0.2; printf -- "-Z\\n" >&3')).toBe('-C\n-Z\n');
});

test('a long text comes whole, and no character is torn', () => {
  const text = '€'.repeat(100_000);
  writeFileSync(join(folder, 'long'), text);
  expect(readPipe(`cat ${folder}/long >&3`)).toBe(text);
});

test('what cannot be read throws', () => {
  const descriptor = openSync(folder, 'r');
  expect(() => readAll(descriptor)).toThrow('EISDIR');
  closeSync(descriptor);
});

test('a pipe that does not block is written to its end, however slow its reader', () => {
  const pipe = join(folder, 'out');
  execFileSync('mkfifo', [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const descriptor = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  const script = `exec 3<${pipe}; touch ${folder}/reading; sleep 0.2; cat <&3 >${folder}/read; touch ${folder}/done`;
  spawn('sh', ['-c', script], { stdio: 'ignore' });
  execFileSync('sh', ['-c', `until test -e ${folder}/reading; do sleep 0.01; done`]);
  closeSync(reader);
  const text = 'x'.repeat(300_000);
  writeAll(descriptor, text);
  closeSync(descriptor);
  execFileSync('sh', ['-c', `until test -e ${folder}/done; do sleep 0.01; done`]);
  expect(readFileSync(join(folder, 'read'), 'utf8')).toBe(text);
});

test('a reader that left wants no more, and that is no failure', () => {
  const pipe = join(folder, 'left');
  execFileSync('mkfifo', [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const descriptor = openSync(pipe, constants.O_WRONLY);
  closeSync(reader);
  writeAll(descriptor, 'listing');
  closeSync(descriptor);
});
