import { expect, test } from '@jest/globals';
import { Ipvs, type Service, type ServiceOptions } from '../../../lib/index';
import { HERE } from '../machine';
import { onBothHandles } from '../verbs/handles';
import { Witness } from './witness';

const witness = new Witness();

const SIP = { protocol: 'udp', address: '10.0.0.1', port: 5060 } as const;
const SPEC = {
  ...SIP,
  scheduler: 'sh',
  flags: ['sh-fallback', 'sh-port'],
  persistence: { timeout: 30, netmask: 24, engine: 'sip' },
} as const;

/** Changes, what they alone make different, and what `ipvsadm -S -n` says of the service then. */
const CHANGES: [ServiceOptions, object, string][] = [
  [{}, {}, '-s sh -p 30 -M 255.255.255.0 --pe sip -b sh-fallback,sh-port'],
  [
    { scheduler: 'wrr' },
    // The bits stay, and mean nothing in particular to this scheduler.
    { scheduler: 'wrr', flags: ['flag-1', 'flag-2'] },
    '-s wrr -p 30 -M 255.255.255.0 --pe sip -b flag-1,flag-2',
  ],
  [
    { scheduler: 'mh', flags: ['mh-port'] },
    { scheduler: 'mh', flags: ['mh-port'] },
    '-s mh -p 30 -M 255.255.255.0 --pe sip -b mh-port',
  ],
  [{ flags: [] }, { flags: [] }, '-s sh -p 30 -M 255.255.255.0 --pe sip'],
  [{ flags: ['sh-port'] }, { flags: ['sh-port'] }, '-s sh -p 30 -M 255.255.255.0 --pe sip -b sh-port'],
  [{ flags: ['ops'] }, { flags: ['ops'] }, '-s sh -p 30 -M 255.255.255.0 --pe sip -o'],
  [{ persistence: true }, {}, '-s sh -p 30 -M 255.255.255.0 --pe sip -b sh-fallback,sh-port'],
  [
    { persistence: { timeout: 60 } },
    { persistence: { timeout: 60, netmask: 24, engine: 'sip' } },
    '-s sh -p 60 -M 255.255.255.0 --pe sip -b sh-fallback,sh-port',
  ],
  [
    { persistence: { netmask: '255.0.255.0' } },
    { persistence: { timeout: 30, netmask: '255.0.255.0', engine: 'sip' } },
    '-s sh -p 30 -M 255.0.255.0 --pe sip -b sh-fallback,sh-port',
  ],
];

onBothHandles((use) => {
  async function configuration(): Promise<object> {
    const { stats, ...rest } = (await use().service(SIP)) as Service;
    return rest;
  }

  test.each(CHANGES)('%j alone', async (changes, difference, line) => {
    await use().addService(SPEC);
    await use().addDestination(SIP, { address: '10.1.0.1', port: 5060, weight: 7 });
    await use().patchService(SIP, changes);
    expect(await configuration()).toEqual({ family: 'ipv4', ...SPEC, ...difference });
    expect(await witness.saved()).toEqual([
      `-A -u 10.0.0.1:5060 ${line}`,
      '-a -u 10.0.0.1:5060 -r 10.1.0.1:5060 -g -w 7',
    ]);
  });

  test('persistence is taken away, with its engine', async () => {
    await use().addService(SPEC);
    await use().patchService(SIP, { persistence: false });
    const { persistence, ...rest } = SPEC;
    expect(await configuration()).toEqual({ family: 'ipv4', ...rest });
    expect(await witness.saved()).toEqual(['-A -u 10.0.0.1:5060 -s sh -b sh-fallback,sh-port']);
    // Once more changes nothing; and what comes anew has nothing of what was there before.
    await use().patchService(SIP, { persistence: false });
    await use().patchService(SIP, { persistence: true });
    expect(await configuration()).toMatchObject({ persistence: { timeout: 360, netmask: 32 } });
  });

  test('persistence goes and the flags stay, or change', async () => {
    const mark = { fwmark: 7, family: 'ipv6' } as const;
    await use().addService({ ...mark, scheduler: 'mh', flags: ['mh-port'], persistence: { netmask: 64 } });
    await use().patchService(mark, { persistence: false, scheduler: 'sh', flags: ['sh-fallback'] });
    expect(await witness.saved()).toEqual(['-A -f 7 -6 -s sh -b sh-fallback']);
  });

  test('persistence that was not there has its defaults', async () => {
    await use().addService({ ...SIP, scheduler: 'rr' });
    await use().patchService(SIP, { persistence: { netmask: 16 } });
    expect(await configuration()).toMatchObject({
      scheduler: 'rr',
      flags: [],
      persistence: { timeout: 360, netmask: 16 },
    });
    await use().patchService(SIP, { persistence: { engine: 'sip' } });
    expect(await configuration()).toMatchObject({
      persistence: { timeout: 360, netmask: 16, engine: 'sip' },
    });
  });

  test('a firewall mark of IPv6', async () => {
    const mark = { fwmark: 7, family: 'ipv6' } as const;
    await use().addService({ ...mark, persistence: { netmask: 64 } });
    await use().patchService(mark, { persistence: { timeout: 5 } });
    expect(await use().service(mark)).toMatchObject({ persistence: { timeout: 5, netmask: 64 } });
  });

  test('refusals', async () => {
    await use().addService({ ...SIP, scheduler: 'wrr' });
    await witness.expectRefusal(() => use().patchService(SIP, { flags: ['sh-port'] }), {
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_VALUE',
      message: 'changes.flags sh-port belong to another scheduler than that of udp 10.0.0.1:5060',
    });
    await witness.expectRefusal(() => use().patchService(SIP, { scheduler: 'rr', flags: ['mh-port'] }), {
      message: 'changes.flags[0] mh-port belongs to scheduler mh, and changes.scheduler is rr',
    });
    await witness.expectRefusal(() => use().patchService(SIP, { persistence: { timeout: 0 } }), {
      message: 'changes.persistence.timeout must be an integer from 1 to 2678400, got 0',
    });
    await witness.expectRefusal(() => use().patchService(SIP, { scheduler: 'nosuch' }), {
      code: 'ENOENT',
      syscall: 'patchService',
      target: SIP,
      message: expect.stringContaining('no such scheduler or persistence engine'),
    });
    await witness.expectRefusal(() => use().patchService({ ...SIP, port: 81 }, { scheduler: 'rr' }), {
      code: 'ESRCH',
      errno: -3,
      message: 'patchService udp 10.0.0.1:81: there is no such service; addService makes it (ESRCH).',
    });
  });
});

test('two patches of one service at a time both hold', async () => {
  await using ipvs = await Ipvs.open(HERE);
  await ipvs.flush();
  await ipvs.addService(SPEC);
  await Promise.all([
    ipvs.patchService(SIP, { persistence: { timeout: 60 } }),
    ipvs.patchService(SIP, { flags: ['sh-port'] }),
    ipvs.patchService(SIP, { persistence: { netmask: 16 } }),
  ]);
  expect(await ipvs.service(SIP)).toMatchObject({
    ...SPEC,
    flags: ['sh-port'],
    persistence: { timeout: 60, netmask: 16, engine: 'sip' },
  });
  await ipvs.flush();
});
