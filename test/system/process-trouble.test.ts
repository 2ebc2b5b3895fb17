/** Opening where this process lacks descriptors, threads or memory, or may not: system calls that fail in earnest. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { setFailing } from '../failing';

const ROOT = join(__dirname, '../..');

const ENV = setFailing();

/** What opening both handles says in a process that does this first. */
function opening(first: string, options = '{}'): { code: string; message: string }[] {
  const source = `
    const { Ipvs, IpvsSync } = require(${JSON.stringify(join(ROOT, 'dist/index.js'))});
    const said = ({ code, message }) => ({ code, message });
    const files = [];
    (async () => {
      // Loads the addon, and starts the pool's threads.
      await Ipvs.open({ netns: '/no/such/namespace' }).catch(() => {});
      ${first}
      const asynchronous = await Ipvs.open(${options}).then(() => ({ code: 'none' }), said);
      let synchronous = { code: 'none' };
      try { IpvsSync.open(${options}); } catch (error) { synchronous = said(error); }
      for (const file of files) require('node:fs').closeSync(file);
      process.stdout.write(JSON.stringify([asynchronous, synchronous]));
    })();`;
  return JSON.parse(execFileSync(process.execPath, ['-e', source], { encoding: 'utf8', env: ENV }));
}

const FILL = `try { for (;;) files.push(require('node:fs').openSync('/dev/null')); } catch {}`;

test.each([
  ['no descriptor', FILL, '{}', 'EMFILE', 'ulimit -n'],
  ['no descriptor for a namespace', FILL, "{ netns: '/proc/self/ns/net' }", 'EMFILE', 'ulimit -n'],
  ['no memory', "process.env.FAIL_socket = '12'", '{}', 'ENOMEM', 'memory.max'],
  ['no file left on the machine', "process.env.FAIL_socket = '23'", '{}', 'ENFILE', 'fs.file-max'],
  ['a seccomp filter', "process.env.FAIL_socket = '1'", '{}', 'EPERM', 'seccomp'],
  ['a security module', "process.env.FAIL_socket = '13'", '{}', 'EACCES', 'SELinux'],
  [
    "a unit's address families",
    "process.env.FAIL_socket = '97'",
    '{}',
    'EAFNOSUPPORT',
    'RestrictAddressFamilies=',
  ],
  [
    'no thread',
    "process.env.FAIL_pthread_create = '11'",
    "{ netns: '/proc/self/ns/net' }",
    'EAGAIN',
    'TasksMax=',
  ],
])('%s', (_, first, options, code, remedy) => {
  const said = opening(first, options);
  expect(said).toHaveLength(2);
  for (const each of said) expect(each).toEqual({ code, message: expect.stringContaining(remedy) });
});
