#!/usr/bin/env node
/** The package's command. */

import { start } from './process';

/** A word stands for a program that is a file of its own. ipvsadm's commands begin with an option. */
function run(words: readonly string[]): Promise<number> {
  const [word = '-'] = words;
  return !word.startsWith('-') && isProgram(word)
    ? require(`./${word}/index`).start(words.slice(1))
    : start(words);
}

function isProgram(word: string): boolean {
  return (require('./programs') as typeof import('./programs')).isProgram(word);
}

run(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
