import { afterEach, expect, test } from '@jest/globals';
import { IpvsSync, type Timeouts } from '../../../lib/index';
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

  test.each([0, 2147484, 1.5, -1])('no timeout is %p', async (tcp) => {
    await expect((async () => use().setTimeouts({ udp: 5, tcp }))()).rejects.toMatchObject({
      code: 'ERR_OUT_OF_RANGE',
      message: `timeouts.tcp must be an integer from 1 to 2147483, got ${tcp}`,
    });
    expect(await use().timeouts()).toEqual(DEFAULTS);
  });
});
