import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { IpvsSync, type Timeouts, type VirtualAddress } from '../../../lib/index';
import { onBothHandles } from '../verbs/handles';
import { Witness } from './witness';

const witness = new Witness();

const DEFAULTS: Timeouts = { tcp: 900, tcpFin: 120, udp: 300 };

afterEach(() => {
  using ipvs = IpvsSync.open();
  ipvs.setTimeouts(DEFAULTS);
});

onBothHandles((use) => {
  test.each<Partial<Timeouts>>([
    {},
    { tcp: 1 },
    { tcpFin: 7 },
    { udp: 2147483 },
    { tcp: 900000 },
    { tcp: 1000, tcpFin: 100, udp: 200 },
  ])('setTimeouts(%j) keeps what is not given', async (changes) => {
    await use().setTimeouts(changes);
    const timeouts = { ...DEFAULTS, ...changes };
    expect(await use().timeouts()).toStrictEqual(timeouts);
    const { tcp, tcpFin, udp } = timeouts;
    expect(await witness.lines('ipvsadm -L --timeout')).toEqual([
      `Timeout (tcp tcpfin udp): ${tcp} ${tcpFin} ${udp}`,
    ]);
  });

  test.each([0, 21474837, 1.5, -1])('no timeout is %p', async (tcp) => {
    await expect((async () => use().setTimeouts({ udp: 5, tcp }))()).rejects.toMatchObject({
      code: 'ERR_OUT_OF_RANGE',
      message: `timeouts.tcp must be an integer from 1 to 21474836, got ${tcp}`,
    });
    expect(await use().timeouts()).toEqual(DEFAULTS);
  });
});

/** Each with a port of its own: what an earlier client has left would take a datagram to a socket that is closed. */
test.each([
  [300, 5491],
  [900_000, 5492],
  [2_147_483, 5493],
  [4_294_967, 5494],
])('an entry is kept for %d seconds', async (udp, port) => {
  using ipvs = IpvsSync.open();
  const service: VirtualAddress = { protocol: 'udp', address: '127.0.0.1', port };
  const [real, client] = [createSocket('udp4').bind(0, '127.0.0.1'), createSocket('udp4')];
  await once(real, 'listening');
  const { packetsIn } = ipvs.stats();
  ipvs.setTimeouts({ udp });
  ipvs.addService(service);
  try {
    ipvs.addDestination(service, { address: '127.0.0.1', port: real.address().port, forward: 'masq' });
    client.send('a datagram', service.port, service.address);
    await once(real, 'message', { signal: AbortSignal.timeout(20_000) });
    const [entry] = ipvs.connections({ client: { port: client.address().port } });
    expect(entry?.expires).toBeGreaterThan(udp - 10);
    expect(entry?.expires).toBeLessThanOrEqual(udp);
  } finally {
    client.close();
    real.close();
    ipvs.deleteService(service);
  }
  // The kernel counts with a delay of 2 s, and would add it to what a later test has set to zero.
  while (ipvs.stats().packetsIn === packetsIn) await setTimeout(100);
});
