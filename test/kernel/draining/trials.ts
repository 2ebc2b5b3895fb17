/** What is tried: schedulers, persistence and datagrams, under settings of the namespace. */

import type { ForwardingMethod, ServiceOptions } from '../../../lib/index';
import { lost, type Outcome, type Trial } from './experiment';

export type Method = Extract<ForwardingMethod, 'masq' | 'droute' | 'tunnel'>;

/** Schedulers that take a real server of weight 0 for one that is not there, and then those that go by a hash. */
export const SCHEDULERS: Record<string, ServiceOptions> = {
  ...Object.fromEntries(
    ['rr', 'wrr', 'lc', 'wlc', 'sed', 'nq', 'lblc', 'lblcr', 'fo', 'ovf'].map((scheduler) => [
      scheduler,
      { scheduler },
    ]),
  ),
  dh: { scheduler: 'dh' },
  sh: { scheduler: 'sh' },
  'sh with sh-fallback': { scheduler: 'sh', flags: ['sh-fallback'] },
  mh: { scheduler: 'mh' },
  'mh with mh-fallback': { scheduler: 'mh', flags: ['mh-fallback'] },
};

/** Seconds (`Settings.tcpFin`): short, so that a drain takes no two minutes. */
export const TCP_FIN = 2;

/** How long a drain may take: longer than any that becomes idle. NAT remembers a connection that was reset for 10 s. */
function timeout(method: Method): number {
  return method === 'masq' ? 18_000 : 9000;
}

/** TCP clients of every kind. */
export function trial(method: Method, service: ServiceOptions): Trial {
  return {
    service,
    // To the scheduler ovf, it is the number of connections that a real server takes.
    weight: service.scheduler === 'ovf' ? 100 : 1,
    // What NAT remembers of a connection that was closed otherwise it remembers for two minutes.
    crowd: { fresh: 12, reusing: 8, keeping: 3, resets: method === 'masq', pause: 1000, patience: 8000 },
    drain: { timeout: timeout(method) },
  };
}

/** As `trial`, of a persistent service. */
export function persistentTrial(method: Method): Trial {
  return trial(method, { scheduler: 'rr', persistence: { timeout: 100 } });
}

/** UDP flows that go on. */
export function flowTrial(flags: ServiceOptions['flags'] = []): Trial {
  return {
    protocol: 'udp',
    service: { scheduler: 'rr', flags },
    crowd: { flows: 8, pause: 500 },
    drain: { timeout: 6000 },
    // A client whose server is gone sends again, and finds within its patience that nobody answers.
    after: 8000,
  };
}

/** Which warning foretells what. */
const FORETOLD: Record<string, readonly string[]> = {
  refuses: ['HASH_WITHOUT_FALLBACK'],
  stays: ['CONN_REUSE', 'PERSISTENT', 'UDP_FLOWS'],
};

/** What a drain comes to: nothing is lost, or clients are refused, or they stay with the server, so that it is never idle. */
export function verdict(result: Outcome): string[] {
  const refused = Object.values(result.failures).some((counts) => (counts.ECONNREFUSED ?? 0) > 0);
  const found = [...(refused ? ['refuses'] : []), ...(result.outcome === 'timeout' ? ['stays'] : [])];
  if (found.length === 0 && (result.outcome !== 'drained' || lost(result) > 0)) return ['loses'];
  return found;
}

/** What the warnings foretell, in the same words. */
export function foretold({ warnings }: Outcome): string[] {
  return Object.keys(FORETOLD).filter((what) => FORETOLD[what]?.some((code) => warnings.includes(code)));
}
