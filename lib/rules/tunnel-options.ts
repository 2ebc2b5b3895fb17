import type { Tunnel } from '../model/tunnel';

const OPTION = { none: '--tun-nocsum', checksum: '--tun-csum', 'remote-checksum': '--tun-remcsum' };

/** The options of a tunnel, each after a space; empty for no tunnel. */
export function tunnelOptions(tunnel: Tunnel | undefined): string {
  if (tunnel === undefined) return '';
  if (tunnel.type === 'ipip') return ' --tun-type ipip';
  const port = tunnel.type === 'gue' ? ` --tun-port ${tunnel.port}` : '';
  return ` --tun-type ${tunnel.type}${port} ${OPTION[tunnel.checksum ?? 'none']}`;
}
