import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Sysctls } from '../../../lib/index';
import { onBothHandles } from './handles';

/** By kernel, that which it brought. */
const EARLIEST = ['amemthresh', 'conn_reuse_mode', 'debug_level', 'run_estimation', 'sync_version'];

/** Modules of schedulers bring settings of their own: they are there from the first service that had such a scheduler. */
const WITH_SETTINGS = ['lblc', 'lblcr'];

onBothHandles((use) => {
  let before: Sysctls;
  beforeEach(async () => {
    for (const scheduler of WITH_SETTINGS) {
      await use().addService({ fwmark: 1, scheduler });
      await use().deleteService({ fwmark: 1 });
    }
    before = await use().sysctls();
  });
  afterEach(async () => {
    const { debug_level, ...rest } = before;
    await use().setSysctls(rest);
  });

  test('all that the kernel has', () => {
    const names = Object.keys(before);
    expect(names).toEqual(expect.arrayContaining(EARLIEST));
    const later =
      names.filter((name) => /^est_/.test(name)).length +
      names.filter((name) => /lfactor|conn_max/.test(name)).length;
    expect([0, 2, 5]).toContain(later);
    expect(names.length).toBe(28 + WITH_SETTINGS.length + later);
    expect(before).toMatchObject({ lblc_expiration: 86_400, lblcr_expiration: 86_400 });
    expect(before.sync_threshold).toEqual([3, 50]);
    expect(before.conn_reuse_mode).toBe(1);
  });

  test('what is written is read back', async () => {
    const values: Sysctls = {
      conn_reuse_mode: 3,
      sync_threshold: [5, 60],
      drop_entry: 3,
      sync_ports: 4,
      amemthresh: -1,
      expire_quiescent_template: 1,
      lblc_expiration: 3600,
    };
    await use().setSysctls(values);
    expect(await use().sysctls()).toMatchObject(values);
  });

  test('what was read can be written', async () => {
    const { debug_level, ...rest } = before;
    await use().setSysctls(rest);
    expect(await use().sysctls()).toEqual(before);
  });
});
