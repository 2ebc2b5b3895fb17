/** The options: how each is written. What its value means is read in `option-values`; `descriptions` has the help. */

import { DEFAULT_PERSISTENCE_TIMEOUT } from '../model/persistence-timeout';
import type { Spelling } from './scanner';

/** The names in the tables of commands. Options that share a name exclude each other. */
export type OptionName =
  | 'numeric'
  | 'connection'
  | 'service-address'
  | 'scheduler'
  | 'persistent'
  | 'netmask'
  | 'real-server'
  | 'forwarding-method'
  | 'weight'
  | 'u-threshold'
  | 'l-threshold'
  | 'mcast-interface'
  | 'timeout'
  | 'daemon'
  | 'stats'
  | 'rate'
  | 'thresholds'
  | 'persistent-conn'
  | 'nosort'
  | 'syncid'
  | 'exact'
  | 'ops'
  | 'pe'
  | 'sched-flags'
  | 'mcast-group'
  | 'mcast-port'
  | 'mcast-ttl'
  | 'sync-maxlen'
  | 'tun-info'
  | 'tun-type'
  | 'tun-port'
  | 'tun-nocsum'
  | 'tun-csum'
  | 'tun-remcsum'
  | 'json'
  | 'continue';

/** The options that configure a tunnel, beside its type. */
export const TUNNEL_OPTIONS: ReadonlySet<OptionName> = new Set<OptionName>([
  'tun-port',
  'tun-nocsum',
  'tun-csum',
  'tun-remcsum',
]);

export interface OptionRule extends Spelling {
  /** Its name in the tables of commands; absent where it goes with every command. */
  is?: OptionName;
  /** It says something of its own in the line: `READERS` of `option-values`. */
  read?: true;
}

/** In the order of the help. */
export const OPTIONS: readonly OptionRule[] = [
  { long: 'tcp-service', short: 't', value: 'host[:port]', is: 'service-address', read: true },
  { long: 'udp-service', short: 'u', value: 'host[:port]', is: 'service-address', read: true },
  { long: 'sctp-service', value: 'host[:port]', is: 'service-address', read: true },
  { long: 'fwmark-service', short: 'f', value: 'mark', is: 'service-address', read: true },
  { long: 'ipv6', short: '6', read: true },

  { long: 'scheduler', short: 's', value: 'name', is: 'scheduler', read: true },
  {
    long: 'persistent',
    short: 'p',
    value: 'seconds',
    optional: String(DEFAULT_PERSISTENCE_TIMEOUT),
    is: 'persistent',
    read: true,
  },
  { long: 'netmask', short: 'M', value: 'mask', is: 'netmask', read: true },
  { long: 'pe', value: 'engine', is: 'pe', read: true },
  { long: 'ops', short: 'o', is: 'ops' },
  { long: 'sched-flags', short: 'b', value: 'flags', is: 'sched-flags', read: true },

  { long: 'real-server', short: 'r', value: 'host[:port]', is: 'real-server', read: true },
  { long: 'gatewaying', short: 'g', is: 'forwarding-method', read: true },
  { long: 'ipip', short: 'i', is: 'forwarding-method', read: true },
  { long: 'masquerading', short: 'm', is: 'forwarding-method', read: true },
  { long: 'local', is: 'forwarding-method', read: true },
  { long: 'bypass', is: 'forwarding-method', read: true },
  { long: 'weight', short: 'w', value: 'weight', is: 'weight', read: true },
  { long: 'u-threshold', short: 'x', value: 'connections', is: 'u-threshold', read: true },
  { long: 'l-threshold', short: 'y', value: 'connections', is: 'l-threshold', read: true },
  { long: 'tun-type', value: 'type', is: 'tun-type', read: true },
  { long: 'tun-port', value: 'port', is: 'tun-port', read: true },
  { long: 'tun-nocsum', is: 'tun-nocsum' },
  { long: 'tun-csum', is: 'tun-csum' },
  { long: 'tun-remcsum', is: 'tun-remcsum' },

  { long: 'numeric', short: 'n', is: 'numeric' },
  { long: 'connection', short: 'c', is: 'connection' },
  { long: 'timeout', is: 'timeout' },
  { long: 'daemon', is: 'daemon' },
  { long: 'stats', is: 'stats' },
  { long: 'rate', is: 'rate' },
  { long: 'thresholds', is: 'thresholds' },
  { long: 'persistent-conn', is: 'persistent-conn' },
  { long: 'tun-info', is: 'tun-info' },
  { long: 'exact', short: 'X', is: 'exact' },
  { long: 'nosort', is: 'nosort' },
  { long: 'sort' },
  { long: 'json', is: 'json' },
  { long: 'continue', is: 'continue' },

  { long: 'mcast-interface', value: 'interface', is: 'mcast-interface', read: true },
  { long: 'syncid', value: 'id', is: 'syncid', read: true },
  { long: 'sync-maxlen', value: 'bytes', is: 'sync-maxlen', read: true },
  { long: 'mcast-group', value: 'address', is: 'mcast-group', read: true },
  { long: 'mcast-port', value: 'port', is: 'mcast-port', read: true },
  { long: 'mcast-ttl', value: 'ttl', is: 'mcast-ttl', read: true },
];
