#!/usr/bin/env node
/** The package's command. */

import { start } from './process';
import { isProgram } from './programs';

/** A word stands for a program that is a file of its own. */
function run(words: readonly string[]): Promise<number> {
  const [word] = words;
  return isProgram(word) ? require(`./${word}/index`).start(words.slice(1)) : start(words);
}

run(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
