import type { Daemon } from '../../model/daemon';
import type { Timeouts } from '../../model/director';

/** `Timeout (tcp tcpfin udp): 900 120 300` */
export function formatTimeouts({ tcp, tcpFin, udp }: Timeouts): string {
  return `Timeout (tcp tcpfin udp): ${tcp} ${tcpFin} ${udp}\n`;
}

/** `master sync daemon (mcast=eth0, syncid=5, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)` */
export function formatDaemon(daemon: Daemon): string {
  const { role, interface: device, syncId, maxLength, multicast } = daemon;
  const facts = [
    ['mcast', device],
    ['syncid', syncId],
    ['maxlen', maxLength],
    ['group', multicast?.group],
    ['port', multicast?.port],
    ['ttl', multicast?.ttl],
  ].filter(([name, value]) => name === 'syncid' || (value !== undefined && value !== 0));
  return `${role} sync daemon (${facts.map(([name, value]) => `${name}=${value}`).join(', ')})\n`;
}
