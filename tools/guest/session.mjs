// @ts-check
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder through which a guest learns what to run.
 *
 * @param {{ modules: string, command: string[] }} what
 */
export function createSession({ modules, command }) {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-guest-'));
  for (const name of ['init.sh', 'fstab']) {
    copyFileSync(fileURLToPath(new URL(name, import.meta.url)), join(folder, name));
  }
  writeFileSync(join(folder, 'modprobe'), modprobeScript(modules), { mode: 0o755 });
  writeFileSync(join(folder, 'command'), commandScript(modules, command));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * The kernel itself loads schedulers and the like through this one.
 *
 * @param {string} modules
 */
function modprobeScript(modules) {
  return `#!/bin/sh\nexec modprobe -d ${quote(modules)} "$@"\n`;
}

/**
 * @param {string} modules
 * @param {string[]} command
 */
function commandScript(modules, command) {
  const environment = { ...guestEnvironment(), MODPROBE_OPTIONS: `-d "${modules}"` };
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return [
    `cd ${quote(process.cwd())} || exit 126`,
    `exec env -i ${[...assignments, ...command].map(quote).join(' ')}`,
    '',
  ].join('\n');
}

/** The caller's environment, without npm's own, and with the folders where ip and ipvsadm live. */
export function guestEnvironment() {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name, value]) => value !== undefined && !/^(npm_|_$|OLDPWD$)/i.test(name),
    ),
  );
  const path = (environment.PATH ?? '').split(':').filter(Boolean);
  const needed = ['/usr/local/sbin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  // What changes the network of wherever it runs can make sure.
  environment.LVS_GUEST = '1';
  environment.PATH = [...path, ...needed.filter((folder) => !path.includes(folder))].join(':');
  // The command writes to a pipe inside; what it cannot see is that a person watches the other end.
  if (process.stdout.isTTY) {
    if (process.stdout.columns) environment.COLUMNS ??= String(process.stdout.columns);
    if (environment.NO_COLOR === undefined) environment.FORCE_COLOR ??= '1';
  }
  return environment;
}

/**
 * One shell word that means exactly this text.
 *
 * @param {string} text
 */
export function quote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
