import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type * as Library from '../../lib/index';

const platform = process.platform;

beforeEach(() => {
  Object.defineProperty(process, 'platform', { value: 'linux' });
});
afterEach(() => {
  Object.defineProperty(process, 'platform', { value: platform });
  delete process.env.LVS_NETLINK_ADDON;
});

/** What opening says in a process that has not loaded the addon yet. */
async function openError(): Promise<unknown> {
  jest.resetModules();
  const { Ipvs, IpvsSync } = require('../../lib/index') as typeof Library;
  const error: unknown = await Ipvs.open().catch((reason: unknown) => reason);
  expect(() => IpvsSync.open()).toThrow(error as Error);
  return error;
}

describe('where the addon cannot be loaded', () => {
  test('another platform is named', async () => {
    Object.defineProperty(process, 'platform', { value: 'darwin' });
    expect(await openError()).toMatchObject({
      name: 'IpvsError',
      code: 'ERR_IPVS_PLATFORM',
      syscall: 'open',
      message: expect.stringContaining('this is darwin'),
    });
  });

  test('a missing binary comes with the command that builds it', async () => {
    const file = join(__dirname, 'no-such.node');
    process.env.LVS_NETLINK_ADDON = file;
    expect(await openError()).toMatchObject({
      code: 'ERR_IPVS_ADDON_MISSING',
      message: expect.stringMatching(
        new RegExp(
          `for linux ${process.arch} (glibc|musl) with Node ${process.version}: none of these is there: ${file}[^]*` +
            `cd ${join(__dirname, '../..')} && npx node-gyp rebuild[^]*apt-get install .*libnl-genl-3-dev`,
        ),
      ),
    });
  });

  test('what is no addon is told apart from what is missing', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'lvs-native-')), 'text.node');
    writeFileSync(file, 'no addon');
    process.env.LVS_NETLINK_ADDON = file;
    expect(await openError()).toMatchObject({
      code: 'ERR_IPVS_ADDON_MISSING',
      message: expect.stringContaining(`${file} cannot be loaded: `),
    });
  });
});

test('options are checked before anything is loaded', async () => {
  process.env.LVS_NETLINK_ADDON = join(__dirname, 'no-such.node');
  jest.resetModules();
  const { Ipvs } = require('../../lib/index') as typeof Library;
  await expect(Ipvs.open({ timeout: -1 })).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' });
  await expect(Ipvs.open({ netns: 7 as never })).rejects.toMatchObject({
    code: 'ERR_INVALID_ARG_TYPE',
    message: 'options.netns must be a path, { pid } or { fd }, got 7',
  });
});
