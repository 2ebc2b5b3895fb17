/** Opening where this process lacks descriptors, threads or memory, or may not: system calls that fail in earnest. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const ROOT = join(__dirname, '../..');

/** Lets `socket` or `pthread_create` fail with an errno, as the environment says once the process has set it. */
const FAILING = `
  #define _GNU_SOURCE
  #include <dlfcn.h>
  #include <errno.h>
  #include <pthread.h>
  #include <stdlib.h>

  static int failure(const char* call) {
    const char* const number = getenv(call);
    return number == NULL ? 0 : atoi(number);
  }

  int socket(int domain, int type, int protocol) {
    if (failure("FAIL_SOCKET") != 0) {
      errno = failure("FAIL_SOCKET");
      return -1;
    }
    int (*real)(int, int, int) = dlsym(RTLD_NEXT, "socket");
    return real(domain, type, protocol);
  }

  int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
    if (failure("FAIL_THREAD") != 0) return failure("FAIL_THREAD");
    int (*real)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*) = dlsym(RTLD_NEXT, "pthread_create");
    return real(thread, attributes, start, argument);
  }
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-trouble-'));
  writeFileSync(join(folder, 'failing.c'), FAILING);
  execFileSync('gcc', [
    '-shared',
    '-fPIC',
    '-o',
    join(folder, 'failing.so'),
    join(folder, 'failing.c'),
    '-ldl',
  ]);
});
afterAll(() => rmSync(folder, { recursive: true }));

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
  const env = { ...process.env, LD_PRELOAD: join(folder, 'failing.so') };
  return JSON.parse(execFileSync(process.execPath, ['-e', source], { encoding: 'utf8', env }));
}

const FILL = `try { for (;;) files.push(require('node:fs').openSync('/dev/null')); } catch {}`;

test.each([
  ['no descriptor', FILL, '{}', 'EMFILE', 'ulimit -n'],
  ['no descriptor for a namespace', FILL, "{ netns: '/proc/self/ns/net' }", 'EMFILE', 'ulimit -n'],
  ['no memory', "process.env.FAIL_SOCKET = '12'", '{}', 'ENOMEM', 'memory.max'],
  ['no file left on the machine', "process.env.FAIL_SOCKET = '23'", '{}', 'ENFILE', 'fs.file-max'],
  ['a seccomp filter', "process.env.FAIL_SOCKET = '1'", '{}', 'EPERM', 'seccomp'],
  ['a security module', "process.env.FAIL_SOCKET = '13'", '{}', 'EACCES', 'SELinux'],
  [
    "a unit's address families",
    "process.env.FAIL_SOCKET = '97'",
    '{}',
    'EAFNOSUPPORT',
    'RestrictAddressFamilies=',
  ],
  ['no thread', "process.env.FAIL_THREAD = '11'", "{ netns: '/proc/self/ns/net' }", 'EAGAIN', 'TasksMax='],
])('%s', (_, first, options, code, remedy) => {
  const said = opening(first, options);
  expect(said).toHaveLength(2);
  for (const each of said) expect(each).toEqual({ code, message: expect.stringContaining(remedy) });
});
