import { describe, expect, test } from '@jest/globals';
import { namespaceOf } from '../../../lab/network';
import { nat } from '../../../lab/plan';
import { run } from '../../../lab/shell';
import { diagnose } from '../../../lib/doctor';
import { Ipvs, type VirtualAddress } from '../../../lib/index';
import { isGuest, Module, ModuleHelper } from '../control/guest';
import { setStage } from '../traffic/stage';
import { LVSADM, wrong } from './clinic';

const [PORT, DATAGRAMS] = [8130, 8131];

/** The least that the module takes: 256 buckets. */
const FEWEST_BITS = 8;

const plan = nat();
const [rs1] = plan.realServers;
const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: PORT };

/** A datagram from each of so many ports: as many connections. */
const SEND = `
const [address, port, count] = process.argv.slice(1);
const sockets = Array.from({ length: Number(count) }, () => {
  const socket = require('node:dgram').createSocket('udp4');
  return new Promise((done) => socket.send('', Number(port), address, () => socket.close(done)));
});
Promise.all(sockets);
`;

const ipvsModule = new Module();

/** What `lvsadm doctor --json` prints, and its status. */
async function lvsadmDoctor(): Promise<{ findings: unknown; status: number }> {
  const output = await ipvsModule.run(`'${process.execPath}' '${LVSADM}' doctor --json; echo $?`);
  const [status = '', ...lines] = output.trim().split('\n').reverse();
  return { findings: JSON.parse(lines.reverse().join('\n')), status: Number(status) };
}

(isGuest ? describe : describe.skip)('the module', () => {
  const stage = setStage(plan, (cluster) => cluster.serveHttp(8080));
  const ask = () => stage.cluster.client.do('get', stage.cluster.virtual(PORT));

  async function serve(): Promise<void> {
    const { ipvs } = stage;
    await ipvs.addService({ ...service, scheduler: 'rr' });
    await ipvs.addDestination(service, { address: rs1.address, port: 8080, forward: 'masq' });
  }

  test('MODULE_MISSING', async () => {
    await serve();
    expect(await ask()).toHaveProperty('server', rs1.name);
    expect(await lvsadmDoctor()).toEqual({ findings: [], status: 0 });
    await stage.ipvs.flush();
    await ipvsModule.unload();
    {
      using _ = new ModuleHelper('/bin/false');
      expect(await ask()).toEqual({ error: 'ECONNREFUSED' });
      const { findings, status } = await lvsadmDoctor();
      expect(status).toBe(1);
      expect(findings).toEqual([expect.objectContaining({ code: 'MODULE_MISSING', severity: 'error' })]);
      const [{ remedy }] = findings as [{ remedy: string }];
      expect(await ipvsModule.run(remedy)).toBe('');
    }
    // A module that was loaded anew has an empty table.
    await serve();
    expect(await ask()).toHaveProperty('server', rs1.name);
    expect(await lvsadmDoctor()).toEqual({ findings: [], status: 0 });
  });

  test('CONNECTION_TABLE_SMALL: every packet costs more, and none is lost', async () => {
    const { ipvs } = stage;
    await ipvsModule.unload();
    expect(await ipvsModule.run(`modprobe ip_vs conn_tab_bits=${FEWEST_BITS}`)).toBe('');
    const datagrams: VirtualAddress = { ...service, protocol: 'udp', port: DATAGRAMS };
    await ipvs.addService({ ...datagrams, scheduler: 'rr' });
    await ipvs.addDestination(datagrams, { address: rs1.address, port: 8080, forward: 'masq' });
    await serve();
    expect(wrong(await diagnose(ipvs))).toEqual([]);

    const count = 4 * 2 ** FEWEST_BITS + 100;
    await run('ip', [
      'netns',
      'exec',
      namespaceOf(plan.client),
      process.execPath,
      '-e',
      SEND,
      plan.vip,
      `${DATAGRAMS}`,
      `${count}`,
    ]);
    const findings = wrong(await diagnose(ipvs));
    if ('conn_lfactor' in (await ipvs.sysctls())) {
      // The table has grown by itself.
      expect(findings).toEqual([]);
      return;
    }
    expect(findings).toEqual([
      expect.objectContaining({ code: 'CONNECTION_TABLE_SMALL', severity: 'warning' }),
    ]);
    expect(await ask()).toHaveProperty('server', rs1.name);

    // As the remedy has modprobe load it the next time.
    const [bits = ''] = findings[0]?.remedy.match(/conn_tab_bits=\d+/) ?? [];
    await ipvs.flush();
    await ipvsModule.unload();
    expect(await ipvsModule.run(`modprobe ip_vs ${bits}`)).toBe('');
    await serve();
    expect((await ipvs.info()).connectionTableSize * 4).toBeGreaterThan(count);
    expect(wrong(await diagnose(ipvs))).toEqual([]);
    await ipvs.flush();
    await ipvsModule.unload();
    await using other = await Ipvs.open();
    expect((await other.info()).connectionTableSize).toBeGreaterThan(2 ** FEWEST_BITS);
  });
});
