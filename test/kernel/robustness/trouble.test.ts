/** System calls that fail, and memory that runs out, in the middle of a verb: it says so, and the handle stays usable. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';
import type { Command } from '../../../lib/index';
import { setFailing } from '../../failing';
import { crowd } from '../connections/crowd';
import { NETNS, setTable } from '../connections/table';

const SERVICES = 600;
const DESTINATIONS = 6;
const CONNECTIONS = 3_000;

const table = setTable();
const ENV = setFailing();

beforeAll(async () => {
  await table.feed(crowd(CONNECTIONS));
  const commands = Array.from({ length: SERVICES }, (_, n): Command[] => {
    const service = { protocol: 'tcp', address: `198.18.${n >> 8}.${n & 255}`, port: 80 } as const;
    const destinations = Array.from({ length: DESTINATIONS }, (_, m) => ({
      op: 'addDestination' as const,
      service,
      destination: { address: `10.78.${n >> 8}.${m + 1}`, port: 8080 },
    }));
    return [{ op: 'addService' as const, service }, ...destinations];
  });
  await table.ipvs.batch(commands.flat());
});

const [EPERM, EAGAIN, ENOMEM, EACCES, ENFILE, EMFILE, ENOBUFS] = [1, 11, 12, 13, 23, 24, 105];

type Row = [
  failing: string,
  as: number,
  verb: string,
  code: string,
  says: string,
  channel?: 'socket-options',
];

const ROWS: Row[] = [
  ['socket', EMFILE, 'open', 'EMFILE', 'ulimit -n'],
  ['socket', EMFILE, 'open', 'EMFILE', 'ulimit -n', 'socket-options'],
  // A list of several parts is read again, by a socket of its own.
  ['socket', ENFILE, 'table', 'ENFILE', 'fs.file-max'],
  ['setns', EPERM, 'open', 'EPERM', 'CAP_SYS_ADMIN'],
  ['setns', ENOMEM, 'open', 'ENOMEM', 'memory.max'],
  ['setns', ENOMEM, 'stats', 'ENOMEM', 'memory.max'],
  ['setns', ENOMEM, 'sysctls', 'ENOMEM', 'memory.max'],
  ['pthread_create', EAGAIN, 'stats', 'EAGAIN', 'TasksMax='],
  ['pthread_create', EAGAIN, 'connections', 'EAGAIN', 'TasksMax='],
  ['sendto', ENOMEM, 'services', 'ENOMEM', 'memory.max'],
  ['sendto', ENOBUFS, 'addService', 'ENOBUFS', 'read it back'],
  ['recv', ENOMEM, 'services', 'ENOMEM', 'memory.max'],
  // The kernel has carried it out.
  ['recv', ENOMEM, 'addService', 'ENOBUFS', 'not known'],
  ['recv', ENOMEM, 'info', 'ENOMEM', 'memory.max'],
  ['open', EMFILE, 'stats', 'EMFILE', 'ulimit -n'],
  ['open', EACCES, 'stats', 'EACCES', '/proc'],
  ['open', EMFILE, 'connections', 'EMFILE', 'ulimit -n'],
  ['open', EPERM, 'countConnections', 'EPERM', '/proc'],
  ['open', ENFILE, 'sysctls', 'ENFILE', 'fs.file-max'],
  ['open', EMFILE, 'setSysctls', 'EMFILE', 'ulimit -n'],
  ['opendir', EMFILE, 'sysctls', 'EMFILE', 'ulimit -n'],
  ['getsockopt', ENOMEM, 'table', 'ENOMEM', 'memory.max', 'socket-options'],
  ['setsockopt', ENOMEM, 'addService', 'ENOMEM', 'memory.max', 'socket-options'],
  ['malloc', 64 * 1024, 'table', 'ENOMEM', 'memory.max'],
  ['malloc', 64 * 1024, 'table', 'ENOMEM', 'memory.max', 'socket-options'],
  ['malloc', 64 * 1024, 'services', 'ENOMEM', 'memory.max'],
  ['malloc', 64 * 1024, 'countConnections', 'ENOMEM', 'memory.max'],
];

/** V8 ends the process where its own compiler gets no memory, and must not ask for any meanwhile. */
const ALONE = ['--no-opt', '--single-threaded'];

let told: object[][] = [];
beforeAll(async () => {
  const trials = ROWS.map(([failing, as, verb, , , channel]) => ({ failing, as, verb, channel }));
  const program = [...ALONE, join(__dirname, 'trouble.cjs'), NETNS, JSON.stringify(trials)];
  told = JSON.parse((await promisify(execFile)(process.execPath, program, { env: ENV })).stdout);
});

test.each(ROWS.map((row, n) => [n, ...row] as const))(
  '%d: %s (%d) in %s: %s',
  (n, _, __, verb, code, says) => {
    expect(told[n]).toHaveLength(2);
    for (const said of told[n] as object[]) {
      expect(said).toEqual({ code, syscall: verb, message: expect.stringContaining(says), after: 'none' });
    }
  },
);
