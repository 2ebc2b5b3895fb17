// @ts-check
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));
const changed = (/** @type {string} */ file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** A program beside this, compiled where it is not yet. @param {string} name @returns {string} its file */
export function compile(name) {
  const [source, program] = [path(`${name}.cc`), path(`build/${name}`)];
  if (changed(program) >= changed(source)) return program;
  mkdirSync(path('build'), { recursive: true });
  const fresh = `${program}.${process.pid}`;
  execFileSync(process.env.CXX || 'c++', ['-std=c++20', '-O2', '-o', fresh, source]);
  renameSync(fresh, program);
  return program;
}
