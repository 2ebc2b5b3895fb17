#!/usr/bin/env node
/**
 * Starts the program with what V8 made of its text when the package was installed (tools/install/compile.mjs): to
 * compile it anew takes longer than all that a short listing does.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** A function whose body is the program. */
type Program = (exports: object, require: NodeJS.Require, directory: string) => void;

const PROGRAM = join(__dirname, 'program.js');
/** The text of the program that was compiled, and then what V8 made of it. */
const COMPILED = join(__dirname, 'program.compiled');

/** V8 itself refuses what another version of it made, but would not see that the text is another of the same length. */
function compiledFrom(text: Buffer): Buffer | undefined {
  if (!existsSync(COMPILED)) return undefined;
  const compiled = readFileSync(COMPILED);
  return compiled.subarray(0, text.length).equals(text) ? compiled.subarray(text.length) : undefined;
}

function load(): typeof import('./program') {
  const text = readFileSync(PROGRAM);
  const cachedData = compiledFrom(text);
  const script = new Script(text.toString('latin1'), {
    filename: PROGRAM,
    ...(cachedData && { cachedData }),
  });
  const program = {} as typeof import('./program');
  (script.runInThisContext() as Program)(program, require, __dirname);
  return program;
}

load()
  .start(process.argv.slice(2))
  .then((status) => {
    process.exitCode = status;
  });
