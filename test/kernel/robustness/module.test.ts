import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Command, Ipvs, IpvsSync } from '../../../lib/index';
import { isGuest, Module, ModuleHelper } from '../control/guest';
import type { Handle } from '../verbs/handles';

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80, scheduler: 'rr' } as const;
const REAL = { address: '10.1.0.1', port: 80 } as const;

/** What is asked first of a kernel whose module was loaded again, and what it answers. */
const REQUESTS: [string, (ipvs: Handle) => unknown, unknown][] = [
  [
    'info',
    (ipvs) => ipvs.info(),
    { version: '1.2.1', connectionTableSize: expect.any(Number), channel: 'netlink' },
  ],
  ['services', (ipvs) => ipvs.services(), []],
  ['table', (ipvs) => ipvs.table(), []],
  ['addService', (ipvs) => ipvs.addService(WEB), undefined],
  ['service', (ipvs) => ipvs.service(WEB), undefined],
  ['stats', (ipvs) => ipvs.stats(), expect.objectContaining({ connections: 0n })],
  ['connections', (ipvs) => ipvs.countConnections([]), [{ count: 0 }]],
  ['daemons', (ipvs) => ipvs.daemons(), []],
  ['batch', (ipvs) => ipvs.batch(batch()), { applied: 3, failures: [] }],
];

function batch(): Command[] {
  return [
    { op: 'addService', service: WEB },
    { op: 'addDestination', service: WEB, destination: REAL },
    { op: 'setDestination', service: WEB, destination: { ...REAL, weight: 2 } },
  ];
}

const ipvsModule = new Module();

(isGuest ? describe : describe.skip)('the module unloaded under an open handle', () => {
  describe.each([
    ['Ipvs', () => Ipvs.open()],
    ['IpvsSync', () => IpvsSync.open()],
  ])('%s', (name, open: () => Handle | Promise<Handle>) => {
    let ipvs: Handle;
    beforeAll(async () => {
      ipvs = await open();
    });
    afterAll(async () => {
      await ipvs.flush();
      await ipvs.close();
    });
    beforeEach(() => ipvsModule.unload());

    // Both ask the kernel by the same means, and unloading takes a second.
    test.each(name === 'Ipvs' ? REQUESTS : REQUESTS.slice(0, 2))(
      '%s works, for which the kernel loads it again',
      async (_, ask, answer) => {
        expect(await ask(ipvs)).toEqual(answer);
      },
    );

    test('a kernel that cannot load it again says so, until it can', async () => {
      const missing = {
        name: 'IpvsError',
        code: 'ERR_IPVS_MODULE_MISSING',
        message: expect.stringContaining('modprobe ip_vs'),
      };
      {
        using _ = new ModuleHelper('/bin/false');
        for (const [, ask] of REQUESTS) {
          if (ask.toString().includes('batch')) continue;
          await expect((async () => ask(ipvs))()).rejects.toMatchObject(missing);
        }
        const { applied, failures } = await ipvs.batch(batch(), { throwOnFailure: false });
        expect(applied).toBe(0);
        expect(failures.map(({ error }) => error.code)).toEqual(Array(3).fill('ERR_IPVS_MODULE_MISSING'));
        await expect((async () => open())()).rejects.toMatchObject({
          ...missing,
          syscall: 'open',
          message: expect.stringContaining('the kernel has no IPVS and could not load it'),
        });
      }
      expect(await ipvs.services()).toEqual([]);
    });
  });
});
