import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** How a process ended. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** What it printed, complaints included. */
  output: string;
}

/** Starts a program of this folder with Node; `wrapper` is a command that starts it with less than it would have. */
export function start(
  program: string,
  args: readonly string[] = [],
  wrapper: readonly string[] = [],
): ChildProcess {
  // Without V8's thread pool a process starts sooner, which shows on a guest kernel.
  const node = [process.execPath, '--v8-pool-size=0', '--expose-gc', join(__dirname, program), ...args];
  const [command = '', ...rest] = [...wrapper, ...node];
  return spawn(command, rest, { stdio: ['pipe', 'pipe', 'pipe'] });
}

/** Runs one to its end. */
export async function finish(
  program: string,
  args: readonly string[] = [],
  wrapper: readonly string[] = [],
): Promise<Ending> {
  const child = start(program, args, wrapper);
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
    once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { code, signal, output: stdout + stderr };
}
