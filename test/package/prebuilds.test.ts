/** The addons that the package brings: what each is, and that its build can be repeated. package.test.ts runs them. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Elf, readElf } from './elf';

const ROOT = join(__dirname, '../..');
const LIBNL = ['libnl-3.so.200', 'libnl-genl-3.so.200'];
/** Debian 10, Ubuntu 20.04 and RHEL 8 have it or a later one. */
const OLDEST_GLIBC = 28;
/** A function that returns 9: `mov eax, 9; ret` somewhere behind a frame's beginning, and `mov w0, #9`. */
const RETURNS_9: Record<string, Buffer> = {
  x64: Buffer.from('b809000000', 'hex'),
  arm64: Buffer.from('20018052', 'hex'),
};

const fileOf = (arch: string, libc: string) => `prebuilds/linux-${arch}-${libc}.node`;
const build = (...args: string[]) =>
  execFileSync(process.execPath, ['tools/prebuild/build.mjs', ...args], { cwd: ROOT, stdio: 'pipe' });
/** Where the dynamic loader of this machine finds a library. */
const installed = (library: string) =>
  execFileSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).match(
    new RegExp(`${library.replaceAll('.', '[.]')} .*x86-64.* => (.*)`),
  )?.[1] ?? library;

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'lvs-prebuilds-'));
  build();
}, 1_200_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.each([
  ['x64', 'glibc'],
  ['arm64', 'glibc'],
  ['x64', 'musl'],
  ['arm64', 'musl'],
])('linux %s %s', (arch, libc) => {
  let elf: Elf;
  beforeAll(() => {
    elf = readElf(join(ROOT, fileOf(arch, libc)));
  });

  test('is of its machine, and needs libnl and libc alone', () => {
    const loader = arch === 'x64' ? 'ld-linux-x86-64.so.2' : 'ld-linux-aarch64.so.1';
    const parts =
      libc === 'musl' ? ['libc.so'] : ['libc.so.6', 'libdl.so.2', 'libm.so.6', 'libpthread.so.0', loader];
    expect(elf.machine).toBe(arch);
    expect(elf.needed).toEqual(expect.arrayContaining(LIBNL));
    expect([...LIBNL, ...parts]).toEqual(expect.arrayContaining(elf.needed));
  });

  test('asks for no libc that is newer than the oldest one it is for', () => {
    const minor = elf.versions.map((version) => Number(version.match(/^GLIBC_2[.](\d+)/)?.[1] ?? Infinity));
    expect(Math.max(0, ...minor)).toBeLessThanOrEqual(OLDEST_GLIBC);
    expect(elf.versions.length > 0).toBe(libc === 'glibc');
  });

  test('exports what Node looks for, and speaks version 9 of its interface', () => {
    const version = 'node_api_module_get_api_version_v1';
    expect(elf.defined.sort()).toEqual(['napi_register_module_v1', version].sort());
    expect(elf.code(version, 16).includes(RETURNS_9[arch] ?? '')).toBe(true);
  });

  test('asks for nothing that Node, libnl or libc lacks', () => {
    const node = new Set(readElf(process.execPath).defined);
    const libnl = new Set(LIBNL.flatMap((library) => readElf(installed(library)).defined));
    const rest = elf.undefined.filter((name) => !node.has(name) && !libnl.has(name));
    expect(elf.undefined.filter((name) => libnl.has(name))).toContain('genlmsg_put');
    expect(elf.undefined.filter((name) => name.startsWith('napi_') && !node.has(name))).toEqual([]);
    // What changes from one Node, or Electron, to the next.
    expect(elf.undefined.filter((name) => /^uv_|v8|4node/.test(name))).toEqual([]);
    const standard =
      libc === 'musl'
        ? readElf('/lib/ld-musl-x86_64.so.1').defined
        : ['libc.so.6', 'libm.so.6', 'ld-linux-x86-64.so.2'].flatMap(
            (library) => readElf(installed(library)).defined,
          );
    const known = new Set(standard);
    expect(rest.filter((name) => !known.has(name))).toEqual([]);
  });
});

test('is the same when it is built again', () => {
  const file = fileOf('arm64', 'musl');
  build(scratch, file);
  expect(readFileSync(join(scratch, file)).equals(readFileSync(join(ROOT, file)))).toBe(true);
}, 600_000);
