import type { DestinationState } from '../model/destination';
import type { Tunnel } from '../model/tunnel';

const SHORT = { none: '-c', checksum: '+c', 'remote-checksum': 'r+c' };
const OPTION = { none: '--tun-nocsum', checksum: '--tun-csum', 'remote-checksum': '--tun-remcsum' };

/** `gue:5555:+c`, `gre:-c`, `ipip`; `n/a` where there is none. */
export function tunnelName({ tunnel }: DestinationState): string {
  if (tunnel === undefined) return 'n/a';
  if (tunnel.type === 'ipip') return 'ipip';
  const checksum = SHORT[tunnel.checksum ?? 'none'];
  return tunnel.type === 'gue' ? `gue:${tunnel.port}:${checksum}` : `gre:${checksum}`;
}

/** The options of a tunnel, each after a space; empty for no tunnel. */
export function tunnelOptions(tunnel: Tunnel | undefined): string {
  if (tunnel === undefined) return '';
  if (tunnel.type === 'ipip') return ' --tun-type ipip';
  const port = tunnel.type === 'gue' ? ` --tun-port ${tunnel.port}` : '';
  return ` --tun-type ${tunnel.type}${port} ${OPTION[tunnel.checksum ?? 'none']}`;
}
