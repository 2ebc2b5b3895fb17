/** The package as npm would publish it, installed into an empty project and imported there. */

import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const ROOT = join(__dirname, '../..');
/** What the package exports, beside types. */
const NAMES = [
  'AbortError',
  'BatchError',
  'GuardError',
  'Ipvs',
  'IpvsError',
  'IpvsSync',
  'RulesError',
  'formatRules',
  'parseRules',
];
let project: string;
let files: string[];
let tarball: string;

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', [...args, '--loglevel=error'], { cwd, encoding: 'utf8' });
}

function pack(destination: string): { filename: string; files: { path: string }[] } {
  const args = ['--json', '--foreground-scripts=false', '--pack-destination', destination];
  return JSON.parse(npm(ROOT, 'pack', ...args))[0];
}

/** Runs a program in the project and returns what it prints. */
function run(file: string, source: string): string {
  writeFileSync(join(project, file), source);
  return execFileSync(process.execPath, [join(project, file)], { cwd: project, encoding: 'utf8' }).trim();
}

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'lvs-package-'));
  const packed = pack(project);
  tarball = join(project, packed.filename);
  files = packed.files.map(({ path }) => path);
  writeFileSync(join(project, 'package.json'), '{"private":true}');
  npm(project, 'install', tarball, '--ignore-scripts');
}, 1_200_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

test('holds the compiled library, the sources of the addon, and nothing else', () => {
  const unexpected = files.filter(
    (file) =>
      !/^(package\.json|README\.md|LICENSE|binding\.gyp|dist\/[\w./-]+|man\/lvsadm\.8|completions\/[\w.-]+|systemd\/lvs-exporter\.service|prebuilds\/linux-(x64|arm64)-(glibc|musl)\.node|native\/(connections|ipvs|netlink|node|node-addon-api)\/[\w-]+\.(cc|h|md))$/.test(
        file,
      ),
  );
  expect(unexpected).toEqual([]);
  // Every door, and what it is made of, has both kinds of import and declarations for each.
  const door = (entry: string) => ['js', 'js.map', 'mjs', 'd.ts', 'd.mts'].map((kind) => `${entry}.${kind}`);
  const program = (entry: string) => ['js', 'js.map'].map((kind) => `${entry}.${kind}`);
  expect(files.filter((file) => file.startsWith('dist/')).sort()).toEqual(
    [
      ...['index', 'doctor/index', 'metrics/index', 'simulator/index'].flatMap(door),
      ...['apply', 'doctor', 'drain', 'exporter', 'plan', 'top', 'watch'].flatMap((name) =>
        program(`cli/${name}/index`),
      ),
      ...['cli/lvsadm', 'rules/rule-text'].flatMap(program),
    ]
      .map((file) => `dist/${file}`)
      .sort(),
  );
  expect(files).toContain('binding.gyp');
  expect(files.filter((file) => file.startsWith('prebuilds/'))).toHaveLength(4);
});

test('publint and attw have nothing to say', () => {
  const args = [join(__dirname, 'quality.mjs'), tarball];
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe(
    'checked: . ./simulator ./metrics ./doctor ./package.json\n',
  );
});

test('is the same, byte for byte, when it is packed again', () => {
  const again = join(project, 'again');
  mkdirSync(again);
  expect(readFileSync(join(again, pack(again).filename)).equals(readFileSync(tarball))).toBe(true);
}, 300_000);

test('has no runtime dependency', () => {
  expect(readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    '@lvs',
  ]);
});

test('what it exports works in one file', () => {
  const rules = '-A -t 10.0.0.1:80 -s rr -p 60 -M 255.255.0.0\n-a -t 10.0.0.1:80 -r 10.0.0.2:8080 -m -w 3\n';
  const source = `
    const { parseRules, formatRules } = require('@lvs/netlink');
    const [{ service }, { destination }] = parseRules(${JSON.stringify(rules)});
    const flags = [];
    const row = { family: 'ipv4', flags, ...service, destinations: [{ upperThreshold: 0, lowerThreshold: 0, ...destination }] };
    process.stdout.write(formatRules([row]));
  `;
  expect(run('rules.cjs', source)).toBe(
    '-A -t 10.0.0.1:80 -s rr -p 60 -M 255.255.0.0\n-a -t 10.0.0.1:80 -r 10.0.0.2:8080 -m -w 3',
  );
});

test('import and require give the same classes, and load nothing native', () => {
  const source = `
    import { createRequire } from 'node:module';
    import * as esm from '@lvs/netlink';
    const cjs = createRequire(import.meta.url)('@lvs/netlink');
    const names = ${JSON.stringify(NAMES)};
    const native = process.report.getReport().sharedObjects.filter((file) => file.endsWith('.node'));
    console.log(JSON.stringify([Object.keys(esm).sort(), names.every((name) => esm[name] === cjs[name]), native]));`;
  expect(JSON.parse(run('both.mjs', source))).toEqual([NAMES, true, []]);
});

test('the simulator is of the same classes, and loads nothing native', () => {
  const source = `
    import { Ipvs, IpvsError } from '@lvs/netlink';
    import { Simulator } from '@lvs/netlink/simulator';
    const ipvs = await new Simulator().open();
    const error = await ipvs.deleteService({ fwmark: 1 }).catch((error) => error);
    const native = process.report.getReport().sharedObjects.filter((file) => file.endsWith('.node'));
    console.log(JSON.stringify([ipvs instanceof Ipvs, error instanceof IpvsError, error.code, native]));`;
  expect(JSON.parse(run('simulator.mjs', source))).toEqual([true, true, 'ESRCH', []]);
});

/** This kernel may have IPVS or not; either way the answer is the kernel's, not the loader's. */
const ANSWERED = /^(opened|EPERM|ERR_IPVS_MODULE_MISSING) ([\w/.-]+)$/;
const OPEN = `
  const { Ipvs } = require('@lvs/netlink');
  Ipvs.open().then((ipvs) => ipvs.close().then(() => 'opened'), (error) => error.code).then((answer) => {
    const addon = process.report.getReport().sharedObjects.find((file) => file.endsWith('.node'));
    console.log(answer, addon.slice(addon.indexOf('netlink/')));
  });`;

test('the addon that it brings talks to the kernel, though no script ran at installation', () => {
  const [, , addon] = run('open.cjs', OPEN).match(ANSWERED) ?? [];
  expect(addon).toBe(`netlink/prebuilds/linux-${process.arch}-glibc.node`);
});

test('what is built from source in its folder comes first', () => {
  const folder = join(project, 'node_modules/@lvs/netlink');
  const gyp = require.resolve('node-gyp/bin/node-gyp.js');
  execFileSync(process.execPath, [gyp, 'rebuild'], { cwd: folder, stdio: 'pipe' });
  const [, , addon] = run('open.cjs', OPEN).match(ANSWERED) ?? [];
  expect(addon).toBe('netlink/build/Release/lvs_netlink.node');
  rmSync(join(folder, 'build'), { recursive: true });
}, 600_000);

test('without any addon the error names what was looked for, and the command that builds one', () => {
  const folder = join(project, 'node_modules/@lvs/netlink');
  renameSync(join(folder, 'prebuilds'), join(project, 'prebuilds'));
  try {
    const source =
      "require('@lvs/netlink').Ipvs.open().catch((error) => console.log(error.code, error.message));";
    const said = run('missing.cjs', source);
    expect(said).toContain(`ERR_IPVS_ADDON_MISSING`);
    expect(said).toContain(join(folder, `prebuilds/linux-${process.arch}-glibc.node`));
    expect(said).toContain(`(cd ${folder} && npx node-gyp rebuild)`);
  } finally {
    renameSync(join(project, 'prebuilds'), join(folder, 'prebuilds'));
  }
});

test('its command runs', () => {
  const lvsadm = join(project, 'node_modules/.bin/lvsadm');
  expect(execFileSync(lvsadm, ['--version'], { encoding: 'utf8' })).toMatch(/^lvsadm v\d/);
});

test('importing on another platform does not throw; opening says why', () => {
  const source = `
    Object.defineProperty(process, 'platform', { value: 'win32' });
    const { Ipvs } = require('@lvs/netlink');
    Ipvs.open().catch((error) => console.log(error.code));`;
  expect(run('platform.cjs', source)).toBe('ERR_IPVS_PLATFORM');
});
