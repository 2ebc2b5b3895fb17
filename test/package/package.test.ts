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
import { nodes, runtimes } from '../../tools/consumers/nodes.cjs';
import { EXAMPLES, javaScript } from '../examples';
import { commands, compile, installers, installInto, isTyped } from './consumers';

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
  installInto(project, 'npm', tarball);
}, 1_200_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

test('holds the compiled library, the sources of the addon, and nothing else', () => {
  const unexpected = files.filter(
    (file) =>
      !/^(package\.json|README\.md|LICENSE|binding\.gyp|dist\/[\w./-]+|docs\/[\w-]+\.md|benchmarks\/results\/(add|table)\.svg|man\/lvsadm\.8|completions\/[\w.-]+|systemd\/lvs-exporter\.service|prebuilds\/linux-(x64|arm64)-(glibc|musl)\.node|native\/(connections|ipvs|netlink|node|node-addon-api)\/[\w-]+\.(cc|h|md))$/.test(
        file,
      ),
  );
  expect(unexpected).toEqual([]);
  // Every door, and what it is made of, has both kinds of import and declarations for each.
  const door = (entry: string) => ['js', 'js.map', 'mjs', 'd.ts', 'd.mts'].map((kind) => `${entry}.${kind}`);
  const program = (entry: string) => ['js', 'js.map'].map((kind) => `${entry}.${kind}`);
  // What several of them need, and what is loaded when it is first needed.
  const shared = files.flatMap((file) => file.match(/^dist\/(shared\/.+)\.js$/)?.[1] ?? []);
  expect(shared).toContain('shared/both');
  expect(files.filter((file) => file.startsWith('dist/')).sort()).toEqual(
    [
      ...['index', 'doctor/index', 'metrics/index', 'simulator/index'].flatMap(door),
      ...['apply', 'bench', 'doctor', 'drain', 'exporter', 'plan', 'top', 'watch'].flatMap((name) =>
        program(`cli/${name}/index`),
      ),
      ...['cli/bench/trials', 'cli/lvsadm'].flatMap(program),
      ...shared.flatMap(program),
      'package.json',
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

test('links of its README lead into it, or to the repository', () => {
  const readme = readFileSync(join(project, 'node_modules/@lvs/netlink/README.md'), 'utf8');
  const links = [...readme.matchAll(/\]\((?!https:|#)([^)#]+)/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((link) => !files.includes(link))).toEqual([]);
});

/** What a command line prints on a kernel with IPVS. */
function inGuest(line: string): string {
  const args = [join(ROOT, 'tools/guest.mjs'), 'sh', '-c', line];
  return execFileSync(process.execPath, args, { encoding: 'utf8' });
}

test('installed by any package manager, it is opened from ESM, CommonJS and TypeScript', () => {
  const folders = installers.map(
    (installer) => [installer, join(project, installer.replaceAll(' ', '-'))] as const,
  );
  for (const [installer, folder] of folders) {
    installInto(folder, installer, tarball);
    if (isTyped(installer)) compile(folder);
  }
  const printed = inGuest(folders.flatMap(([installer, folder]) => commands(folder, installer)).join('\n'));
  const addon = `netlink/prebuilds/linux-${process.arch}-glibc.node`;
  expect(printed.trim().split('\n')).toEqual(
    installers.flatMap((installer) => [
      `${installer}: esm.mjs 1.2.1 ${addon}`,
      `${installer}: commonjs.cjs 1.2.1 ${addon}`,
      ...(isTyped(installer)
        ? [`${installer}: typed-esm.mjs 1.2.1 0`, `${installer}: typed-commonjs.cjs 1.2.1 0`]
        : []),
    ]),
  );
}, 300_000);

/** Milliseconds of the processor for `npm install` of a tarball in a fresh folder, without scripts and network; the better of two. */
function costToInstall(file: string): number {
  const spent = () => {
    const [user = 0, system = 0] = readFileSync('/proc/self/stat', 'latin1')
      .replace(/^.*[)] /s, '')
      .split(' ')
      .slice(13, 15)
      .map(Number);
    return (user + system) * 10;
  };
  const costs = [1, 2].map(() => {
    const folder = mkdtempSync(join(project, 'fresh-'));
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const before = spent();
    npm(folder, 'install', file, '--ignore-scripts', '--offline', '--cache=.npm-cache');
    return spent() - before;
  });
  return Math.min(...costs);
}

test('costs npm little more to install than a package with nothing in it', () => {
  const empty = join(project, 'empty');
  mkdirSync(empty);
  writeFileSync(join(empty, 'package.json'), '{"name":"empty","version":"1.0.0"}');
  const nothing = costToInstall(join(empty, npm(empty, 'pack', '--silent').trim()));
  expect(nothing).toBeGreaterThan(0);
  expect(costToInstall(tarball)).toBeLessThan(3 * nothing);
}, 120_000);

test("the README's ten lines run in a fresh project, on each Node", () => {
  const [example] = EXAMPLES.filter(({ place }) => place.startsWith('README.md:'));
  if (example === undefined) throw new Error('README.md has no example');
  writeFileSync(join(project, 'ten-lines.mjs'), javaScript(example));
  const run = (node: string) => `${node} -v; ${node} ten-lines.mjs | grep -c 'port: 8080'; ipvsadm -C`;
  const printed = inGuest([`cd '${project}'`, ...nodes.map(([, node]) => run(node))].join('\n'));
  expect(printed.trim().split('\n')).toEqual(
    nodes.flatMap(([major]) => [expect.stringMatching(`^v${major}[.]`), '2']),
  );
}, 120_000);

/** Uses each kind of handle; ends with the addon that was loaded. */
const EVERY_HANDLE = `
  async function use(ipvs) {
    const web = { protocol: 'tcp', address: '10.0.0.1', port: 80 };
    await ipvs.flush();
    await ipvs.addService({ ...web, scheduler: 'rr' });
    await ipvs.addDestination(web, { address: '10.0.0.2', port: 8080, weight: 3 });
    const refused = await Promise.resolve().then(() => ipvs.addService(web)).catch((error) => error);
    let connections = 0;
    for await (const connection of ipvs.connections()) connections += 1;
    console.log(formatRules(await ipvs.table()).trim(), refused instanceof IpvsError, refused.code, connections);
    await ipvs.close();
  }
  (async () => {
    for (const ipvs of [await Ipvs.open(), IpvsSync.open(), await new Simulator().open()]) await use(ipvs);
    console.log(readFileSync('/proc/self/maps', 'latin1').match(/netlink.(prebuilds.*[.]node)/)[1]);
  })();`;

test('Bun, Deno and a Node for musl do with it what Node does', () => {
  const from = Object.entries({
    '@lvs/netlink': 'Ipvs, IpvsSync, IpvsError, formatRules',
    '@lvs/netlink/simulator': 'Simulator',
    'node:fs': 'readFileSync',
  });
  const imports = from.map(([door, names]) => `import { ${names} } from '${door}';`);
  const requires = from.map(([door, names]) => `const { ${names} } = require('${door}');`);
  writeFileSync(join(project, 'every-handle.mjs'), imports.join('\n') + EVERY_HANDLE);
  writeFileSync(join(project, 'every-handle.cjs'), requires.join('\n') + EVERY_HANDLE);
  const lines = [['node', process.execPath], ...runtimes].flatMap(([name, program]) =>
    ['mjs', 'cjs'].map((kind) => `echo "== ${name} ${kind}"; ${program} every-handle.${kind}`),
  );
  const printed = inGuest([`cd '${project}'`, ...lines].join('\n'));
  const said = ['-A -t 10.0.0.1:80 -s rr', '-a -t 10.0.0.1:80 -r 10.0.0.2:8080 -g -w 3 true EEXIST 0'];
  expect(printed.trim().split('\n')).toEqual(
    ['node', 'bun', 'deno', 'musl'].flatMap((name) =>
      ['mjs', 'cjs'].flatMap((kind) => [
        `== ${name} ${kind}`,
        ...[said, said, said].flat(),
        `prebuilds/linux-x64-${name === 'musl' ? 'musl' : 'glibc'}.node`,
      ]),
    ),
  );
}, 120_000);

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
