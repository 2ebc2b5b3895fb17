/** Every cell of the tables of docs/draining.md: what a drain comes to, by settings, schedulers and persistence. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Plan } from '../../lab/plan';
import type { Sysctls } from '../../lib/index';
import { drainAll, type Trial, under, withClients } from '../kernel/draining/experiment';
import {
  flowTrial,
  foretold,
  type Method,
  persistentTrial,
  SCHEDULERS,
  TCP_FIN,
  trial,
  verdict,
} from '../kernel/draining/trials';
import { setStage } from '../kernel/traffic/stage';

/** Columns, by their headings; those of persistence alone have persistent services only. */
const SETTINGS: Record<string, Sysctls> = {
  default: {},
  'conn_reuse_mode 0': { conn_reuse_mode: 0 },
  'conn_reuse_mode 2': { conn_reuse_mode: 2 },
  'conn_reuse_mode 3': { conn_reuse_mode: 3 },
  'expire_nodest_conn 1': { expire_nodest_conn: 1 },
};
const OF_PERSISTENCE: Record<string, Sysctls> = {
  'expire_quiescent_template 1': { expire_quiescent_template: 1 },
  'expire_quiescent_template 1 and conn_reuse_mode 3': { expire_quiescent_template: 1, conn_reuse_mode: 3 },
  'expire_quiescent_template 1 and expire_nodest_conn 1': {
    expire_quiescent_template: 1,
    expire_nodest_conn: 1,
  },
};

const FOLDER = '.cache/draining';

/** Rows of a column, by their headings. */
function rows(method: Method, column: string): Record<string, Trial> {
  const persistent = { 'rr, persistent': persistentTrial(method) };
  if (column in OF_PERSISTENCE) return persistent;
  const schedulers = Object.entries(SCHEDULERS).map(([name, service]) => [name, trial(method, service)]);
  const tcp = { ...Object.fromEntries(schedulers), ...persistent };
  if (column !== 'default') return tcp;
  const udp = { 'rr, UDP flows': flowTrial() };
  // NAT does not translate the answers of packets that were scheduled one by one.
  return { ...tcp, ...udp, ...(method === 'masq' ? {} : { 'rr, UDP with ops': flowTrial(['ops']) }) };
}

/** Fills the columns of one forwarding method, and keeps them for tools/draining.mjs. */
export function tabulate(method: Method, plan: Plan): void {
  const stage = setStage(withClients(plan), async () => {});

  test(`${method}: drains come to what their warnings foretell, in every cell`, async () => {
    const cells: Record<string, Record<string, string[]>> = {};
    const wrong: object[] = [];
    for (const [column, sysctls] of Object.entries({ ...SETTINGS, ...OF_PERSISTENCE })) {
      const trials = rows(method, column);
      const names = Object.keys(trials);
      const results = await under(stage, { sysctls, tcpFin: TCP_FIN }, () =>
        drainAll(stage, method, Object.values(trials)),
      );
      for (const [n, result] of results.entries()) {
        const row = names[n] as string;
        const found = verdict(result);
        cells[row] = { ...cells[row], [column]: found };
        if (found.join() !== foretold(result).join()) wrong.push({ column, row, ...result });
      }
      await stage.ipvs.flush();
    }
    mkdirSync(FOLDER, { recursive: true });
    const kernel = release().split('.').slice(0, 2).join('.');
    writeFileSync(join(FOLDER, `${kernel}-${method}.json`), `${JSON.stringify(cells, null, 2)}\n`);
    expect(wrong).toEqual([]);
  }, 900_000);
}
