/** lvsadm, independent of the process that it runs in. */

import { CommandLineError } from '../rules/command-line-error';
import type { Line } from '../rules/line';
import { Director } from './director';
import type { Io } from './io';
import { readLine } from './read-line';
import { run } from './run';
import { Status, statusOf } from './status';

const texts = () => require('./help') as typeof import('./help');
const wording = () => require('./wording') as typeof import('./wording');

/** Carries out a command line, without the program's name, and returns the exit status. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    const line = await readLine(argv.length === 0 ? ['--list'] : argv);
    if (line.command === 'help' || line.command === 'version') {
      io.stdout(line.command === 'help' ? texts().help() : texts().version());
      return Status.done;
    }
    return await open(line, io);
  } catch (error) {
    if (!(error instanceof CommandLineError)) throw error;
    io.stderr(`lvsadm: ${error.message}\n`);
    return statusOf(error);
  }
}

async function open(line: Line, io: Io): Promise<number> {
  let director: Director;
  try {
    director = new Director(io.open());
  } catch (error) {
    throw new CommandLineError(wording().inWords(error));
  }
  try {
    return await run(line, director, io);
  } finally {
    director.close();
  }
}
