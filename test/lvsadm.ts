/** lvsadm without a process around it: a thousand command lines would take minutes to start. */

import { main } from '../lib/cli/main';
import type { OpenOptions } from '../lib/index';
import { checkOptions } from '../lib/session/open-options';
import { openHandleSync } from '../lib/session/opening';

export interface Outcome {
  stdout: string;
  stderr: string;
  status: number;
}

/** What a command line, without the program's name, prints and ends with. */
export async function lvsadm(
  args: readonly string[],
  options: OpenOptions = {},
  stdin = '',
): Promise<Outcome> {
  const printed = { stdout: '', stderr: '' };
  const status = await main(args, {
    stdin: () => stdin,
    stdout: (text) => {
      printed.stdout += text;
    },
    stderr: (text) => {
      printed.stderr += text;
    },
    progress: () => {},
    open: () => openHandleSync(checkOptions(options)),
  });
  return { ...printed, status };
}
