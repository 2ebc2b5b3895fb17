/** What the tools say where something is missing or wrong. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const TOOLS = join(__dirname, '../../../tools');

function run(tool: string, args: string[] = [], env: NodeJS.ProcessEnv = process.env) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(TOOLS, tool), ...args], {
    encoding: 'utf8',
    env,
  });
  return { status, stdout, stderr };
}

test('set-up that may not install what is missing gives the commands for it', () => {
  const { status, stderr } = run('setup.mjs', [], { PATH: '/nowhere' });
  const [missing, to, ...commands] = stderr.trimEnd().split('\n');
  expect(status).toBe(1);
  expect(missing).toMatch(
    /^setup: missing: a C\+\+20 compiler, make, python3, pkg-config, the headers of libnl 3\b/,
  );
  expect(`${missing}`).toMatch(/To install:$/);
  expect([to, ...commands]).toEqual([
    expect.stringMatching(
      /^ {2}Debian, Ubuntu: (sudo )?apt-get install --no-install-recommends g\+\+ make python3 pkg-config libnl-3-dev libnl-genl-3-dev\b/,
    ),
    expect.stringMatching(
      /^ {2}Fedora: {9}(sudo )?dnf install gcc-c\+\+ make python3 pkgconf-pkg-config libnl3-devel\b/,
    ),
    expect.stringMatching(
      /^ {2}Alpine: {9}(sudo )?apk add g\+\+ make python3 pkgconf libnl3-dev linux-headers\b/,
    ),
  ]);
});

test.each<[string[], string]>([
  [[], 'guest: no command to run\nusage: npm run guest -- '],
  [['--bogus', 'true'], 'guest: unknown option --bogus\nusage: '],
  [['--mem', 'much', 'true'], 'guest: --mem takes a size such as 512M or 1G, not much\nusage: '],
  [['--kernel', '2.4', 'true'], 'guest: no kernel 2.4: there are 6.1, 6.12, 7.2\n'],
])('guest %j', (args, message) => {
  const { status, stdout, stderr } = run('guest.mjs', args);
  expect({ status, stdout }).toEqual({ status: 125, stdout: '' });
  expect(stderr.slice(0, message.length)).toBe(message);
});

test('a guest that does not come up says why, and where its console is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-kernel-'));
  const binary = join(folder, 'linux');
  writeFileSync(binary, '#!/bin/sh\necho Linux version 0.1\necho Kernel panic: no root >&2\n', {
    mode: 0o755,
  });
  const program = `
    import { reportFailure } from '${TOOLS}/guest/error.mjs';
    import { runInUml } from '${TOOLS}/guest/uml.mjs';
    const kernel = { release: '0.1', binary: '${binary}', modules: '/nowhere' };
    try {
      await runInUml(kernel, ['true'], { memory: '64M', showConsole: process.argv[1] === '--console' });
    } catch (error) {
      process.exitCode = reportFailure(error);
    }`;
  const boot = (...args: string[]) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', program, '--', ...args], { encoding: 'utf8' });
  try {
    const { status, stderr } = boot();
    expect(status).toBe(125);
    const [headline, ...lines] = stderr.trimEnd().split('\n');
    expect(headline).toBe('guest: the guest (kernel 0.1) ended before it could run the command');
    expect(lines.slice(0, -2).sort()).toEqual(['  | Kernel panic: no root', '  | Linux version 0.1']);
    const log = /^The whole console log: (.+)$/.exec(lines.at(-2) ?? '')?.[1] ?? '';
    expect(readFileSync(log, 'utf8')).toContain('Kernel panic: no root\n');
    expect(lines.at(-1)).toBe('--console shows it live.');
    rmSync(log);

    const live = boot('--console').stderr;
    expect(live.indexOf('Kernel panic')).toBeLessThan(live.indexOf('guest: the guest'));
    expect(live).not.toContain('  | Kernel panic');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
