import { expect, test } from '@jest/globals';
import { droute } from '../../../lab/plan';
import type { Sysctls } from '../../../lib/index';
import { setStage } from '../traffic/stage';
import { drainAll, type Trial, under, withClients } from './experiment';
import { flowTrial, foretold, persistentTrial, TCP_FIN, trial, verdict } from './trials';

const stage = setStage(withClients(droute()), async () => {});

const tcp = trial('droute', { scheduler: 'rr' });
const persistent = persistentTrial('droute');

test.each<[string, Sysctls, Trial[], string[][]]>([
  [
    'by default',
    {},
    [tcp, persistent, flowTrial(), flowTrial(['ops'])],
    [['stays'], ['stays'], ['stays'], []],
  ],
  ['with conn_reuse_mode 3', { conn_reuse_mode: 3 }, [tcp], [[]]],
  [
    'with expire_nodest_conn and expire_quiescent_template',
    { expire_nodest_conn: 1, expire_quiescent_template: 1 },
    [tcp, persistent],
    [[], []],
  ],
])(
  'direct routing, %s, does what the warnings foretell',
  async (_, sysctls, trials, expected) => {
    const results = await under(stage, { sysctls, tcpFin: TCP_FIN }, () => drainAll(stage, 'droute', trials));
    expect(results.map(foretold)).toEqual(results.map(verdict));
    expect(results.map(verdict)).toEqual(expected);
  },
  120_000,
);
