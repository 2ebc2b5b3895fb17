// @ts-check
import { GuestError } from './error.mjs';

export const usage =
  'usage: npm run guest -- [--kernel 6.1|6.12|7.2] [--mem 1G] [--console] <command> [arguments…]';

export class UsageError extends GuestError {}

/**
 * Options end at the first word that is not one, so that the command keeps its own.
 *
 * @param {string[]} words
 */
export function parseArguments(words) {
  const command = [...words];
  /** @type {import('./run.mjs').GuestOptions} */
  const options = {};
  while (command[0]?.startsWith('-')) {
    const [option = '', inline] = splitOnce(/** @type {string} */ (command.shift()));
    const value = () => {
      const given = inline ?? command.shift();
      if (!given) throw new UsageError(`${option} needs a value`);
      return given;
    };
    if (option === '--') break;
    else if (option === '--kernel') options.kernel = value();
    else if (option === '--mem') options.memory = memorySize(value());
    else if (option === '--console') options.showConsole = true;
    else throw new UsageError(`unknown option ${option}`);
  }
  if (command.length === 0) throw new UsageError('no command to run');
  return { command, options };
}

/** @param {string} text */
function memorySize(text) {
  if (!/^\d+[kmg]$/i.test(text)) throw new UsageError(`--mem takes a size such as 512M or 1G, not ${text}`);
  return text;
}

/** @param {string} word */
function splitOnce(word) {
  const equals = word.indexOf('=');
  return equals < 0 ? [word] : [word.slice(0, equals), word.slice(equals + 1)];
}
