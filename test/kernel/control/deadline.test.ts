import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ipvs, IpvsSync } from '../../../lib/index';
import { isGuest, ModuleHelper } from './guest';

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
/** Without a scheduler, so that nothing has to be loaded. */
const OTHER = { ...WEB, port: 81, scheduler: 'none' };
const TIMEOUT = 300;
const HANG = 1500;

/** Loading this scheduler hangs: the kernel waits for its helper, and holds the IPVS mutex meanwhile. */
const SLOW = { ...WEB, scheduler: 'slow' } as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-deadline-'));
  writeFileSync(join(folder, 'modprobe'), `#!/bin/sh\nsleep ${HANG / 1000}\nexit 1\n`, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function elapsed(task: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

(isGuest ? describe : describe.skip)('a module that takes for ever to load', () => {
  test('the request is late, and later ones work', async () => {
    await using ipvs = await Ipvs.open({ timeout: TIMEOUT });
    await ipvs.flush();
    using _ = new ModuleHelper(join(folder, 'modprobe'));
    const late = { name: 'IpvsError', code: 'ERR_IPVS_TIMEOUT' };
    const passed = await elapsed(async () => {
      await expect(ipvs.addService(SLOW)).rejects.toMatchObject({
        ...late,
        syscall: 'addService',
        target: SLOW,
        message:
          'addService tcp 10.0.0.1:80: the kernel gave no answer within the deadline that OpenOptions.timeout sets; ' +
          'whether it was carried out is not known',
      });
      // These wait behind it, and are late too: they are not carried out afterwards.
      await Promise.all([
        expect(ipvs.addService(OTHER)).rejects.toMatchObject(late),
        expect(ipvs.services()).rejects.toMatchObject(late),
      ]);
    });
    expect(passed).toBeGreaterThanOrEqual(2 * TIMEOUT - 1);
    expect(passed).toBeLessThan(HANG);

    // Nothing stops the kernel once it has begun.
    while (!(await ipvs.info().catch(() => undefined)));
    expect(await ipvs.services()).toEqual([]);
    await ipvs.addService(OTHER);
    expect(await ipvs.services()).toMatchObject([OTHER]);
    await ipvs.flush();
  });

  test('a batch is late too', async () => {
    await using ipvs = await Ipvs.open({ timeout: TIMEOUT });
    using _ = new ModuleHelper(join(folder, 'modprobe'));
    const passed = await elapsed(() =>
      expect(ipvs.batch([{ op: 'addService', service: SLOW }])).rejects.toMatchObject({
        code: 'ERR_IPVS_TIMEOUT',
        syscall: 'batch',
      }),
    );
    expect(passed).toBeLessThan(HANG);
    // One that waits is late as well, and is not carried out.
    await expect(ipvs.batch([{ op: 'addService', service: OTHER }])).rejects.toMatchObject({
      code: 'ERR_IPVS_TIMEOUT',
    });
    while (!(await ipvs.info().catch(() => undefined)));
    expect(await ipvs.services()).toEqual([]);
  });

  test('0 waits for ever', async () => {
    await using ipvs = await Ipvs.open({ timeout: 0 });
    using _ = new ModuleHelper(join(folder, 'modprobe'));
    const passed = await elapsed(() =>
      expect(ipvs.addService(SLOW)).rejects.toMatchObject({ code: 'ENOENT' }),
    );
    expect(passed).toBeGreaterThanOrEqual(HANG);
  });

  test('IpvsSync looks at the deadline between parts', () => {
    using ipvs = IpvsSync.open({ timeout: TIMEOUT });
    using _ = new ModuleHelper(join(folder, 'modprobe'));
    const commands = Array.from({ length: 200 }, (_, i) => ({
      op: 'addService' as const,
      service: { ...WEB, port: 1000 + i, scheduler: i === 0 ? 'slow' : 'none' },
    }));
    const { failures } = ipvs.batch(commands, { throwOnFailure: false });
    expect(failures[0]).toMatchObject({ index: 0, error: { code: 'ENOENT' } });
    expect(failures.at(-1)).toMatchObject({ index: 199, error: { code: 'ERR_IPVS_TIMEOUT' } });
    expect(ipvs.services()).toHaveLength(200 - failures.length);
    ipvs.flush();
  });
});

describe('a reading that is longer than the deadline goes on while the kernel answers', () => {
  const MORE = 5000;
  let count = 0;

  /** Adds services until reading them takes twice as long as the kernel may be silent. */
  beforeAll(async () => {
    using ipvs = IpvsSync.open({ timeout: 0 });
    ipvs.flush();
    for (let passed = 0; passed < 2 * TIMEOUT; ) {
      const services = Array.from({ length: MORE }, () => ({ fwmark: ++count, scheduler: 'none' }));
      ipvs.batch(services.map((service) => ({ op: 'addService', service })));
      passed = await elapsed(async () => ipvs.table());
    }
  });
  afterAll(() => {
    using ipvs = IpvsSync.open();
    ipvs.flush();
  });

  test('Ipvs', async () => {
    await using ipvs = await Ipvs.open({ timeout: TIMEOUT });
    expect(await ipvs.table()).toHaveLength(count);
    // So does what waits behind it.
    const [, info] = await Promise.all([ipvs.table(), ipvs.info()]);
    expect(info.version).toMatch(/^1\./);
  });

  test('IpvsSync', () => {
    using ipvs = IpvsSync.open({ timeout: TIMEOUT });
    expect(ipvs.table()).toHaveLength(count);
  });
});

test.each([-1, 1.5, 2 ** 31, '10' as never])('%p is no timeout', async (timeout) => {
  await expect(Ipvs.open({ timeout })).rejects.toThrow(
    'options.timeout must be an integer from 0 to 2147483647',
  );
  expect(() => IpvsSync.open({ timeout })).toThrow('options.timeout');
});
