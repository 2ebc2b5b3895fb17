/** Programs that tests run beside them. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { PROGRAM } from '../lvsadm/program';

/** Where setting up puts Prometheus (tools/setup/monitoring.mjs). */
const MONITORING = join(__dirname, '../../../.cache/monitoring/usr/bin');

export const promtool = join(MONITORING, 'promtool');
export const prometheus = join(MONITORING, 'prometheus');
export const nodeExporter = join(MONITORING, 'prometheus-node-exporter');

/** A program that runs until it is disposed of. */
export class Running implements AsyncDisposable {
  readonly child: ChildProcessWithoutNullStreams;
  readonly exit: Promise<unknown[]>;
  said = '';

  constructor(words: readonly string[]) {
    const [program = '', ...args] = words;
    this.child = spawn(program, args, { stdio: 'pipe' });
    this.exit = once(this.child, 'exit');
    this.child.stdout.resume();
    createInterface({ input: this.child.stderr }).on('line', (line) => {
      this.said += `${line}\n`;
    });
  }

  /** What it says on standard error, when that has come to match. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.said);
      if (match !== null) return match;
      if (this.child.exitCode !== null) throw new Error(`it ended (${this.child.exitCode}): ${this.said}`);
      await setTimeout(20);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null) this.child.kill('SIGTERM');
    await this.exit;
  }
}

/** An exporter, and where it listens. */
export async function startExporter(options: readonly string[] = [], before: readonly string[] = []) {
  const listen = ['--listen', '127.0.0.1:0'];
  const running = new Running([...before, process.execPath, PROGRAM, 'exporter', ...listen, ...options]);
  const [, address = ''] = await running.says(/(http:\/\/127\.0\.0\.1:\d+)\/metrics/);
  return { running, address };
}
