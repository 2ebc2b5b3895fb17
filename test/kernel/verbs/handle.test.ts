import { expect, test } from '@jest/globals';
import { Ipvs, IpvsSync } from '../../../lib/index';
import { HERE } from '../machine';

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;

test('requests of one turn run in order', async () => {
  await using ipvs = await Ipvs.open(HERE);
  await ipvs.flush();
  const outcomes = await Promise.allSettled([
    ipvs.addService(WEB),
    ipvs.addService(WEB),
    ipvs.addDestination(WEB, { address: '10.1.0.1', port: 80 }),
    ipvs.destinations(WEB),
    ipvs.deleteService(WEB),
    ipvs.service(WEB),
  ]);
  expect(outcomes).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { code: 'EEXIST' } },
    { status: 'fulfilled' },
    { status: 'fulfilled', value: [{ address: '10.1.0.1' }] },
    { status: 'fulfilled' },
    { status: 'fulfilled', value: undefined },
  ]);
});

test('more requests than one batch holds, every second refused', async () => {
  await using ipvs = await Ipvs.open(HERE);
  await ipvs.flush();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 1000 }, (_, i) => ipvs.addService({ ...WEB, port: 1 + (i >> 1) })),
  );
  for (const [index, outcome] of outcomes.entries()) {
    expect(outcome).toMatchObject(
      index % 2 === 0 ? { status: 'fulfilled' } : { status: 'rejected', reason: { code: 'EEXIST' } },
    );
  }
  expect(await ipvs.services()).toHaveLength(500);
  await ipvs.flush();
});

test('two handles share the table', async () => {
  await using first = await Ipvs.open(HERE);
  using second = IpvsSync.open(HERE);
  await first.flush();
  await first.addService(WEB);
  expect(second.services()).toMatchObject([WEB]);
  second.flush();
  expect(await first.services()).toEqual([]);
});

test('a closed handle says so, and closes again', async () => {
  const ipvs = await Ipvs.open(HERE);
  const sync = IpvsSync.open(HERE);
  await ipvs.close();
  await ipvs.close();
  sync.close();
  sync.close();
  await expect(ipvs.info()).rejects.toMatchObject({ code: 'ERR_IPVS_CLOSED', syscall: 'info' });
  expect(() => sync.info()).toThrow(expect.objectContaining({ code: 'ERR_IPVS_CLOSED' }));
  await expect(ipvs.connections()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'ERR_IPVS_CLOSED',
  });
});
