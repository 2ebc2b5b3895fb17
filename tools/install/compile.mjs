// @ts-check
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

const file = (/** @type {string} */ name) =>
  fileURLToPath(new URL(`../../dist/cli/${name}`, import.meta.url));
const rule = '-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w 1\n';

/**
 * Compiles lvsadm for the Node that runs this, as lib/cli/lvsadm.ts reads it: the text, then what V8 made of it. V8
 * keeps the functions that have run, so a listing and a restore run, of a kernel that is none.
 */
export async function compileProgram() {
  if (!existsSync(file('program.js'))) return;
  const text = readFileSync(file('program.js'));
  const script = new Script(text.toString('latin1'), { filename: file('program.js') });
  /** @type {Partial<typeof import('../../lib/cli/program.js')>} */
  const program = {};
  script.runInThisContext()(program, createRequire(import.meta.url), dirname(file('program.js')));
  const kernel = {
    table: () => [],
    info: () => ({ version: '1.2.1', connectionTableSize: 4096 }),
    batch: () => ({ failures: [] }),
    close() {},
  };
  const io = { stdin: () => rule, stdout() {}, stderr() {}, open: () => /** @type {any} */ (kernel) };
  for (const argv of [['-L', '-n'], ['-R']]) await program.main?.(argv, io);
  // A program that starts meanwhile reads the whole of the one or of the other.
  writeFileSync(file('program.new'), Buffer.concat([text, script.createCachedData()]));
  renameSync(file('program.new'), file('program.compiled'));
}
