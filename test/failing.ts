/** System calls, and memory, that fail when a process asks for it: by a library that is loaded before all others. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';

/**
 * While `FAIL_<call>` of the process's own environment is an errno, that call fails with it; while `FAIL_malloc` is a number
 * of bytes, there is no piece of memory of as many: V8, which would end the process, asks for less than 64 KiB at a time. Files
 * are those of IPVS alone.
 */
const SOURCE = `
  #define _GNU_SOURCE
  #include <dirent.h>
  #include <dlfcn.h>
  #include <errno.h>
  #include <fcntl.h>
  #include <pthread.h>
  #include <stdarg.h>
  #include <stdlib.h>
  #include <string.h>
  #include <sys/socket.h>
  #include <unistd.h>

  static long asked(const char* call) {
    const char* const number = getenv(call);
    return number == NULL ? 0 : atol(number);
  }

  #define REAL(type, name, parameters) ((type (*) parameters)dlsym(RTLD_NEXT, #name))
  #define FAILING(type, name, failed, parameters, values) \\
    type name parameters {                                \\
      if (asked("FAIL_" #name) != 0) {                    \\
        errno = asked("FAIL_" #name);                     \\
        return failed;                                    \\
      }                                                   \\
      return REAL(type, name, parameters) values;         \\
    }

  FAILING(int, socket, -1, (int domain, int type, int protocol), (domain, type, protocol))
  FAILING(int, setns, -1, (int fd, int type), (fd, type))
  FAILING(DIR*, opendir, NULL, (const char* name), (name))
  FAILING(ssize_t, recv, -1, (int fd, void* data, size_t size, int flags), (fd, data, size, flags))
  FAILING(ssize_t, sendto, -1,
          (int fd, const void* data, size_t size, int flags, const struct sockaddr* to, socklen_t length),
          (fd, data, size, flags, to, length))
  FAILING(int, getsockopt, -1, (int fd, int level, int name, void* value, socklen_t* length),
          (fd, level, name, value, length))
  FAILING(int, setsockopt, -1, (int fd, int level, int name, const void* value, socklen_t length),
          (fd, level, name, value, length))
  FAILING(ssize_t, read, -1, (int fd, void* data, size_t size), (fd, data, size))
  FAILING(ssize_t, write, -1, (int fd, const void* data, size_t size), (fd, data, size))

  int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
    if (asked("FAIL_pthread_create") != 0) return asked("FAIL_pthread_create");
    return REAL(int, pthread_create, (pthread_t*, const pthread_attr_t*, void* (*)(void*), void*))(
        thread, attributes, start, argument);
  }

  int open64(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (asked("FAIL_open") != 0 && (strstr(path, "ip_vs") != NULL || strstr(path, "ipv4/vs") != NULL)) {
      errno = asked("FAIL_open");
      return -1;
    }
    return REAL(int, open64, (const char*, int, mode_t))(path, flags, mode);
  }

  void* __libc_malloc(size_t size);
  void* malloc(size_t size) {
    if (size >= 65536 && asked("FAIL_malloc") != 0 && size >= asked("FAIL_malloc")) {
      errno = ENOMEM;
      return NULL;
    }
    return __libc_malloc(size);
  }
`;

/** Builds it for a file's tests: the environment of a process that is to have it. */
export function setFailing(): NodeJS.ProcessEnv {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-failing-'));
  const library = join(folder, 'failing.so');
  beforeAll(() => {
    writeFileSync(join(folder, 'failing.c'), SOURCE);
    execFileSync('gcc', ['-shared', '-fPIC', '-o', library, join(folder, 'failing.c'), '-ldl']);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  return { ...process.env, LD_PRELOAD: library };
}
