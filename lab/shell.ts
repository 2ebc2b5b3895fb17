import { execFile } from 'node:child_process';

/** A command that failed: the message holds the command line and what it complained about. */
export class ShellError extends Error {
  override readonly name = 'ShellError';
}

/** Runs a command to its end and returns what it printed. */
export function run(command: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      reject(new ShellError(`${[command, ...args].join(' ')}: ${complaint(stderr, input) || error.message}`));
    });
    child.stdin?.on('error', () => {}); // a command that ended early says why on stderr
    child.stdin?.end(input);
  });
}

/** Runs many `ip` commands in one process, inside a namespace if one is named: starting a process is the slow part. */
export async function ip(commands: readonly string[], namespace?: string): Promise<void> {
  const inside = namespace === undefined ? [] : ['-netns', namespace];
  await run('ip', [...inside, '-batch', '-'], `${commands.join('\n')}\n`);
}

/** `ip -batch` only says which line failed; this says what the line was. */
function complaint(stderr: string, input: string): string {
  const line = /^Command failed -:(\d+)/m.exec(stderr)?.[1];
  const failed = line === undefined ? '' : `\n  in: ${input.split('\n')[Number(line) - 1]}`;
  return stderr.trim() + failed;
}
