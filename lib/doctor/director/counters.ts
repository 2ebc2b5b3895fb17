/** What counters and connections tell: symptoms, of which other findings may be the cause. */

import type { Finding } from '../finding';
import { editDestination, nameOf } from '../remedies';
import { type DirectorFacts, type Pair, pairs } from './facts';
import { keysOf } from './keys';

/** So few packets may be of one client that went away. */
const FEW_PACKETS = 3n;
const FEW_CONNECTIONS = 5;

/** Connections to a bucket, on average, from which looking one up takes notably longer. */
const FULL_BUCKET = 4;

export function checkCounters(facts: DirectorFacts): Finding[] {
  return pairs(facts).flatMap((pair) => {
    const lost = oneWay(pair);
    return lost.length > 0 ? lost : handshakes(facts, pair);
  });
}

function oneWay(pair: Pair): Finding[] {
  const { service, destination } = pair;
  const { packetsIn, packetsOut } = destination.stats;
  if (destination.forward !== 'masq' || packetsIn < FEW_PACKETS || packetsOut !== 0n) return [];
  return [
    {
      code: 'RETURN_PATH',
      severity: 'error',
      ...keysOf(pair),
      message:
        `${packetsIn} packets went to the ${nameOf(service, destination)}, and none came back through this director. ` +
        'Its answers take another way, where nobody translates them, or it does not answer at all.',
      remedy: `# On ${destination.address}, where this director must be the way to the clients (lvsadm doctor --real-server there tells more):\n# ip route replace default via DIRECTOR`,
    },
  ];
}

function handshakes({ states }: DirectorFacts, pair: Pair): Finding[] {
  const { service, destination } = pair;
  const own = states.filter(
    (row) => row.destination?.address === destination.address && row.destination.port === destination.port,
  );
  const half = own.find(({ state }) => state === 'SYN_RECV')?.count ?? 0;
  const others = own.reduce((sum, { count }) => sum + count, 0) - half;
  if (half < FEW_CONNECTIONS || half <= others) return [];
  return [
    {
      code: 'SYN_RECV',
      severity: 'warning',
      ...keysOf(pair),
      message: `${half} of ${half + others} connections to the ${nameOf(service, destination)} wait for the first answer (SYN_RECV): it is down, drops them, or its answers get lost.`,
      remedy: `# On ${destination.address}, lvsadm doctor --real-server tells more. Until it answers:\n${editDestination(service, { ...destination, weight: 0 })}`,
    },
  ];
}

export function checkConnectionTable({ states, connectionTableSize, sysctls }: DirectorFacts): Finding[] {
  // Since Linux 7.1 the table grows.
  if ('conn_lfactor' in sysctls) return [];
  const connections = states.reduce((sum, { count }) => sum + count, 0);
  if (connections <= connectionTableSize * FULL_BUCKET) return [];
  const bits = Math.min(20, Math.ceil(Math.log2(connections)));
  return [
    {
      code: 'CONNECTION_TABLE_SMALL',
      severity: 'warning',
      message: `${connections} connections share ${connectionTableSize} buckets of the connection table: for every packet ${Math.round(connections / connectionTableSize)} entries are looked at.`,
      remedy: `# Takes effect when the module is loaded the next time:\necho 'options ip_vs conn_tab_bits=${bits}' > /etc/modprobe.d/ip_vs.conf`,
    },
  ];
}
