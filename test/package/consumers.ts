/** Projects that have installed the package, by several package managers, and the programs in them. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const MANAGERS = join(ROOT, 'tools/consumers/node_modules');
const TSC = require.resolve('typescript/bin/tsc');

const pnpm = [process.execPath, join(MANAGERS, 'pnpm/bin/pnpm.cjs'), 'add', '--store-dir=.store'];
const yarn = [process.execPath, join(MANAGERS, '@yarnpkg/cli-dist/bin/yarn.js'), 'add'];
const yarnSettings = (linker: string) =>
  `nodeLinker: ${linker}\npnpEnableEsmLoader: true\nenableGlobalCache: false\nenableTelemetry: false\n`;

interface Manager {
  install: string[];
  files?: Record<string, string>;
  /** What Node needs to find the package. */
  node?: string[];
}

/** npm has an empty cache and no network: it needs nothing but the tarball. */
const INSTALLERS = {
  npm: { install: ['npm', 'install', '--ignore-scripts', '--offline', '--cache=.npm-cache'] },
  pnpm: { install: pnpm },
  yarn: { install: yarn, files: { 'yarn.lock': '', '.yarnrc.yml': yarnSettings('node-modules') } },
  'yarn with pnp': {
    install: yarn,
    files: { 'yarn.lock': '', '.yarnrc.yml': yarnSettings('pnp') },
    node: ['--require', './.pnp.cjs', '--experimental-loader', './.pnp.loader.mjs'],
  },
} satisfies Record<string, Manager>;

export type Installer = keyof typeof INSTALLERS;
export const installers = Object.keys(INSTALLERS) as Installer[];

/** Opens IPVS and prints its version, and where its addon lies in the package. */
const OPEN = `
  const ipvs = await Ipvs.open();
  const { version } = await ipvs.info();
  await ipvs.close();
  const { sharedObjects } = process.report.getReport();
  const addon = sharedObjects.find((file) => file.endsWith('.node'));
  console.log(version, addon.slice(addon.lastIndexOf('netlink/')));`;

/** The same, in strict TypeScript. */
const TYPED = `
  const ipvs: Ipvs = await Ipvs.open();
  const { version }: Info = await ipvs.info();
  const rows: TableRow[] = await ipvs.table();
  await ipvs.close();
  console.log(version, rows.length);`;

const SOURCES: Record<string, string> = {
  'esm.mjs': `import { Ipvs } from '@lvs/netlink';${OPEN}`,
  'commonjs.cjs': `const { Ipvs } = require('@lvs/netlink'); (async () => {${OPEN}})();`,
  'typed-esm.mts': `import { type Info, Ipvs, type TableRow } from '@lvs/netlink';${TYPED}`,
  'typed-commonjs.cts': `import netlink = require('@lvs/netlink');
    import type { Info, TableRow } from '@lvs/netlink';
    import Ipvs = netlink.Ipvs; (async () => {${TYPED}})();`,
};

/** Makes a project, installs the package with one command and compiles what is TypeScript. */
export function installInto(folder: string, installer: Installer, tarball: string): void {
  const { install, files = {} }: Manager = INSTALLERS[installer];
  mkdirSync(folder, { recursive: true });
  const written = { 'package.json': '{"private":true}', ...files, ...SOURCES };
  for (const [name, text] of Object.entries(written)) writeFileSync(join(folder, name), text);
  const [program = '', ...args] = install;
  execFileSync(program, [...args, tarball], { cwd: folder, stdio: 'pipe', env: { ...process.env, CI: '' } });
}

/** Compiles the programs in TypeScript; the package's own declarations are checked, too. */
export function compile(folder: string): void {
  const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
  const options = ['--strict', '--target', 'es2022', '--module', 'nodenext', ...types];
  execFileSync(process.execPath, [TSC, ...options, 'typed-esm.mts', 'typed-commonjs.cts'], { cwd: folder });
}

/** A line of a shell, for each program of a project: it prints the program's name, and what the program prints. */
export function commands(folder: string, installer: Installer): string[] {
  const { node = [] }: Manager = INSTALLERS[installer];
  const names = [
    'esm.mjs',
    'commonjs.cjs',
    ...(isTyped(installer) ? ['typed-esm.mjs', 'typed-commonjs.cjs'] : []),
  ];
  return names.map(
    (name) =>
      `cd '${folder}'; echo ${installer}: ${name} $(${process.execPath} ${[...node, name].join(' ')})`,
  );
}

/** TypeScript finds no packages of Plug'n'Play, unless yarn has changed it. */
export function isTyped(installer: Installer): boolean {
  return installer !== 'yarn with pnp';
}
