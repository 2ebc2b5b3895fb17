import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Ipvs } from '../../lib/index';

const ADDON = join(__dirname, '../../build/Release/lvs_netlink.node');

test('a missing libnl is named with its packages', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'lvs-addon-'));
  try {
    // The real addon, linked to a library that is not there: its name is changed in the string table.
    const binary = readFileSync(ADDON).toString('latin1').replaceAll('libnl-3.so.200', 'libnl-x.so.200');
    process.env.LVS_NETLINK_ADDON = join(directory, 'lvs_netlink.node');
    writeFileSync(process.env.LVS_NETLINK_ADDON, Buffer.from(binary, 'latin1'));
    await expect(Ipvs.open()).rejects.toMatchObject({
      code: 'ERR_IPVS_LIBNL_MISSING',
      message: expect.stringMatching(
        /^open: the addon needs .*libnl-x\.so\.200[\s\S]*apt-get install libnl-3-200/,
      ),
    });
  } finally {
    delete process.env.LVS_NETLINK_ADDON;
    rmSync(directory, { recursive: true });
  }
});
