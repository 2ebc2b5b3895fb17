// @ts-check
import { parseArguments, UsageError, usage } from './guest/arguments.mjs';
import { reportFailure } from './guest/error.mjs';
import { runInGuest } from './guest/run.mjs';

try {
  const { command, options } = parseArguments(process.argv.slice(2));
  process.exitCode = await runInGuest(command, options);
} catch (error) {
  process.exitCode = reportFailure(error);
  if (error instanceof UsageError) console.error(usage);
}
