/** Settings on a recording backend: what is checked before anything is written, and how texts become values. */

import { expect, test } from '@jest/globals';
import { Ipvs, IpvsSync, type Sysctls } from '../../lib/index';
import { Recorder } from '../recorder';

function recorder(sysctls: Record<string, string>): Recorder {
  const backend = new Recorder();
  for (const name of Object.keys(backend.sysctls)) delete backend.sysctls[name];
  Object.assign(backend.sysctls, sysctls);
  return backend;
}

test('texts become numbers, pairs arrays, and lists of processors stay texts', () => {
  const backend = recorder({ est_nice: '-5', sync_threshold: '3\t50', est_cpulist: '0', later: 'a b' });
  using ipvs = IpvsSync.open({ backend });
  expect(ipvs.sysctls()).toEqual({ est_cpulist: '0', est_nice: -5, later: 'a b', sync_threshold: [3, 50] });
});

test('what is not numbers alone is a text', () => {
  using ipvs = IpvsSync.open({ backend: recorder({ later: '1 b', range: '0-3', spaced: '1  2' }) });
  expect(ipvs.sysctls()).toEqual({ later: '1 b', range: '0-3', spaced: [1, 2] });
});

test('with a period of 0 any number of packets goes', () => {
  const backend = recorder({ sync_threshold: '3\t50' });
  using ipvs = IpvsSync.open({ backend });
  ipvs.setSysctls({ sync_threshold: [7, 0] });
  expect(backend.sysctls).toEqual({ sync_threshold: '7\t0' });
});

test('they are in the order of their names', async () => {
  await using ipvs = await Ipvs.open({
    backend: recorder({ sloppy_tcp: '0', am_droprate: '10', conntrack: '1' }),
  });
  expect(Object.keys(await ipvs.sysctls())).toEqual(['am_droprate', 'conntrack', 'sloppy_tcp']);
});

const BAD: [Record<string, unknown>, string][] = [
  [{ drop_entry: 4 }, 'values.drop_entry must be an integer from 0 to 3, got 4'],
  [
    { conn_reuse_mode: '1' },
    "values.conn_reuse_mode must be an integer from -2147483648 to 2147483647, got '1'",
  ],
  [{ sync_threshold: 3 }, 'values.sync_threshold must be an array of two integers, got 3'],
  [
    { sync_threshold: [7, 2] },
    'values.sync_threshold: the first must be less than the second, or the second 0, got 7 and 2',
  ],
  [{ sync_threshold: [1] }, 'values.sync_threshold must be an array of two integers, got [ 1 ]'],
  [{ sync_threshold: [1, 2, 3] }, 'values.sync_threshold must be an array of two integers, got [ 1, 2, 3 ]'],
  [{ later: {} }, 'values.later must be an integer from -2147483648 to 2147483647, got {}'],
  [{ later: 'a\nb' }, "values.later must be a text of one line, got 'a\\nb'"],
  [{ later: [1, 'b'] }, "values.later[1] must be an integer from -2147483648 to 2147483647, got 'b'"],
  [{ sync_threshold: [-1, 2] }, 'values.sync_threshold[0] must be an integer from 0 to 2147483647, got -1'],
  [{ sync_ports: 6 }, 'values.sync_ports must be a power of two, got 6'],
  [{ est_cpulist: 0 }, 'values.est_cpulist must be a text of one line, got 0'],
  [{ est_nice: 20 }, 'values.est_nice must be an integer from -20 to 19, got 20'],
  [
    { conn_reuse_mod: 1 },
    'values.conn_reuse_mod is not a known field (got 1): did you mean conn_reuse_mode?',
  ],
];

test.each(BAD)('%j is refused, and nothing is written', async (bad, message) => {
  const backend = recorder({ conn_reuse_mode: '1', am_droprate: '10' });
  await using ipvs = await Ipvs.open({ backend });
  using sync = IpvsSync.open({ backend });
  const values = { am_droprate: 20, ...bad } as Sysctls;
  await expect(ipvs.setSysctls(values)).rejects.toMatchObject({ message });
  expect(() => sync.setSysctls(values)).toThrow(message);
  expect(backend.sysctls).toEqual({ conn_reuse_mode: '1', am_droprate: '10' });
});

test('of one that this kernel does not have, the kernel that brought it is told, and nothing is written', async () => {
  const backend = recorder({ conn_reuse_mode: '1' });
  await using ipvs = await Ipvs.open({ backend });
  await expect(ipvs.setSysctls({ conn_reuse_mode: 2, conn_max: 1000 })).rejects.toMatchObject({
    code: 'ERR_IPVS_UNSUPPORTED',
    syscall: 'setSysctls',
    message: 'setSysctls conn_max=1000: there is no such setting here: it came with Linux 7.2',
  });
  expect(backend.sysctls).toEqual({ conn_reuse_mode: '1' });
});

test('of one that a scheduler brings, the scheduler is told', () => {
  using ipvs = IpvsSync.open({ backend: recorder({ conn_reuse_mode: '1' }) });
  expect(() => ipvs.setSysctls({ lblcr_expiration: 60 })).toThrow(
    'there is no such setting here: it comes with the scheduler lblcr, once a service has had that',
  );
});

test('of one that few kernels are built with, that is told', () => {
  using ipvs = IpvsSync.open({ backend: recorder({ conn_reuse_mode: '1' }) });
  expect(() => ipvs.setSysctls({ debug_level: 3 })).toThrow(
    'there is no such setting here: it needs a kernel built with CONFIG_IP_VS_DEBUG',
  );
  expect(() => ipvs.setSysctls({ am_droprate: 3 })).toThrow(
    'there is no such setting here: before Linux 6.10 namespaces of an unprivileged user have no settings',
  );
});

test('a setting of a later kernel is written as it is', () => {
  const backend = recorder({ later: '1', pair: '1\t2', words: 'a' });
  using ipvs = IpvsSync.open({ backend });
  ipvs.setSysctls({ later: 7, pair: [3, 4], words: 'b', conntrack: undefined } as never);
  expect(backend.sysctls).toEqual({ later: '7', pair: '3\t4', words: 'b' });
});

test('what the kernel refuses is told by name, and what came before it stays', () => {
  const backend = recorder({ conntrack: '0', debug_level: '0', sloppy_tcp: '0' });
  backend.sysctlRefusals.set('debug_level', 13);
  using ipvs = IpvsSync.open({ backend });
  const set = () => ipvs.setSysctls({ conntrack: 1, debug_level: 3, sloppy_tcp: 1 });
  expect(set).toThrow(expect.objectContaining({ code: 'EACCES', errno: -13, syscall: 'setSysctls' }));
  expect(set).toThrow(/^setSysctls debug_level=3: it may not be written here/);
  expect(backend.sysctls).toEqual({ conntrack: '1', debug_level: '0', sloppy_tcp: '0' });
});

test('a closed handle refuses them', async () => {
  const ipvs = await Ipvs.open({ backend: new Recorder() });
  await ipvs.close();
  await expect(ipvs.sysctls()).rejects.toMatchObject({ code: 'ERR_IPVS_CLOSED', syscall: 'sysctls' });
  await expect(ipvs.setSysctls({})).rejects.toMatchObject({ code: 'ERR_IPVS_CLOSED' });
});

test.each([
  [2, 'ERR_IPVS_MODULE_MISSING'],
  [13, 'EACCES'],
])('a folder that cannot be read, with errno %d, is %s, and nothing is written', async (errno, code) => {
  const backend = recorder({ am_droprate: '10' });
  const createHandle = backend.createHandle.bind(backend);
  backend.createHandle = () =>
    Object.assign(createHandle(), { readSysctls: async () => errno, readSysctlsSync: () => errno });
  await using ipvs = await Ipvs.open({ backend });
  using sync = IpvsSync.open({ backend });
  await expect(ipvs.sysctls()).rejects.toMatchObject({ code, syscall: 'sysctls' });
  expect(() => sync.sysctls()).toThrow(expect.objectContaining({ code, syscall: 'sysctls' }));
  await expect(ipvs.setSysctls({ am_droprate: 20 })).rejects.toMatchObject({ code, syscall: 'setSysctls' });
  expect(backend.sysctls).toEqual({ am_droprate: '10' });
});
