/** Settings under which a real server at weight 0 goes on getting clients. */

import type { Finding } from '../finding';
import { nameOf, setting } from '../remedies';
import { type DirectorFacts, type Pair, pairs } from './facts';
import { keysOf } from './keys';

export function checkDraining(facts: DirectorFacts): Finding[] {
  const { sysctls } = facts;
  const all = pairs(facts);
  const findings: Finding[] = [];
  if (sysctls.expire_quiescent_template === 0) {
    findings.push(
      ...perServer(
        'DRAIN_TEMPLATES',
        all.filter(({ service }) => service.persistence !== undefined),
        'clients that its service has assigned to it come back to it (net.ipv4.vs.expire_quiescent_template is 0), until they stay away for as long as persistence lasts',
        setting('net/ipv4/vs/expire_quiescent_template', 1),
      ),
    );
  }
  const MODE_2 = 2;
  if (((sysctls.conn_reuse_mode as number) & MODE_2) === 0 && sysctls.expire_nodest_conn === 0) {
    findings.push(
      ...perServer(
        'DRAIN_PORT_REUSE',
        all.filter(({ destination: { forward } }) => forward === 'droute' || forward === 'tunnel'),
        `clients that use a port again come back to it (net.ipv4.vs.conn_reuse_mode is ${sysctls.conn_reuse_mode}): the director does not see answers that bypass it, and takes their connections for half closed`,
        setting('net/ipv4/vs/conn_reuse_mode', 3),
      ),
    );
  }
  return findings;
}

/** A warning for each real server that is being drained; where none is, one word of what will happen. */
function perServer(
  code: 'DRAIN_TEMPLATES' | 'DRAIN_PORT_REUSE',
  concerned: readonly Pair[],
  why: string,
  remedy: string,
): Finding[] {
  if (concerned.length === 0) return [];
  const drained = concerned.filter(({ destination }) => destination.weight === 0);
  if (drained.length === 0) {
    const message = `When a real server gets weight 0, ${why}. This concerns ${concerned.length} of them.`;
    return [{ code, severity: 'info', message, remedy }];
  }
  return drained.map((pair) => ({
    code,
    severity: 'warning',
    ...keysOf(pair),
    message: `The ${nameOf(pair.service, pair.destination)} has weight 0, but ${why}.`,
    remedy,
  }));
}
