import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type * as Library from '../../lib/index';

const ADDON = join(__dirname, '../../build/Release/lvs_netlink.node');
const platform = process.platform;

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

  test('a missing binary comes with the commands that build it', async () => {
    process.env.LVS_NETLINK_ADDON = join(__dirname, 'no-such.node');
    expect(await openError()).toMatchObject({
      code: 'ERR_IPVS_ADDON_MISSING',
      message: expect.stringMatching(/apt-get install .*libnl-genl-3-dev[\s\S]*npm rebuild @lvs\/netlink/),
    });
  });

  test('a missing libnl is named with its packages', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lvs-addon-'));
    try {
      // The real addon, linked to a library that is not there: its name is changed in the string table.
      const binary = readFileSync(ADDON).toString('latin1').replaceAll('libnl-3.so.200', 'libnl-x.so.200');
      process.env.LVS_NETLINK_ADDON = join(directory, 'lvs_netlink.node');
      writeFileSync(process.env.LVS_NETLINK_ADDON, Buffer.from(binary, 'latin1'));
      expect(await openError()).toMatchObject({
        code: 'ERR_IPVS_LIBNL_MISSING',
        message: expect.stringMatching(/libnl-x\.so\.200[\s\S]*apt-get install libnl-3-200/),
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
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
