/** `npm run guest` where the kernel that runs has IPVS: a network namespace of it, which ends with the command. */

import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { IpvsSync } from '../../../lib/index';
import { Terminal } from '../lvsadm/terminal';

const GUEST = join(__dirname, '../../../tools/guest.mjs');

let terminal: Terminal;
let ipvs: IpvsSync;
beforeAll(() => {
  terminal = new Terminal();
  ipvs = IpvsSync.open();
  ipvs.flush();
  ipvs.addService({ protocol: 'tcp', address: '10.0.0.1', port: 80, scheduler: 'rr' });
});
afterAll(async () => {
  ipvs?.flush();
  ipvs?.close();
  await terminal?.[Symbol.asyncDispose]();
});

/** Runs a script in a guest of this kernel, whichever kernel the tests were asked to run on. */
const guest = (script: string) =>
  terminal.run(['env', '-u', 'LVS_KERNEL', process.execPath, GUEST, '--', 'sh', '-c', script]);

test('the command has an IPVS of its own, and its output and status are passed on', async () => {
  const before = ipvs.table();
  const result = await guest('ipvsadm -S -n; ipvsadm -A -f 7; ipvsadm -S -n; echo complaint >&2; exit 3');
  expect(result).toEqual({ stdout: '-A -f 7 -s wlc\n', stderr: 'complaint\n', status: 3 });
  expect(ipvs.table()).toEqual(before);
});

test('a command that is killed has the status that a shell gives it', async () => {
  expect(await guest('kill -KILL $$')).toMatchObject({ status: 137 });
});
