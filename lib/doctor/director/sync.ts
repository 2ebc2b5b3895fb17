/** Synchronisation daemons: whether they can be heard, and whether this director may serve beside one. */

import type { Daemon } from '../../model/daemon';
import type { Finding } from '../finding';
import type { Network } from '../network/network';
import { setting } from '../remedies';
import { type DirectorFacts, isAddressed } from './facts';

export function checkSync({ daemons, host, sysctls, table }: DirectorFacts): Finding[] {
  if (host === undefined) return [];
  const findings = daemons.flatMap((daemon) => reach(host.network, daemon));
  const isBackup = daemons.some(({ role }) => role === 'backup');
  const vips = table.filter(isAddressed).map(({ address }) => address);
  const own = vips.find((to) => host.network.route({ to })?.type === 'local');
  if (sysctls.backup_only === 1 && isBackup && own !== undefined) {
    findings.push({
      code: 'BACKUP_ONLY',
      severity: 'warning',
      message: `This director has the virtual address ${own}, but serves nobody: net.ipv4.vs.backup_only is 1, and a backup daemon runs.`,
      remedy: ['lvsadm --stop-daemon backup', `# or ${setting('net/ipv4/vs/backup_only', 0)}`].join('\n'),
    });
  }
  return findings;
}

function reach(network: Network, { role, interface: name }: Daemon): Finding[] {
  const link = network.linkNamed(name);
  if (network.links.length === 0 || link?.up) return [];
  const does =
    role === 'master' ? 'other directors hear of no connection' : 'this director hears of no connection';
  return [
    {
      code: 'SYNC_INTERFACE',
      severity: 'error',
      message: `The ${role} daemon's interface ${name} is ${link === undefined ? 'gone' : 'down'}: ${does}.`,
      remedy:
        link === undefined
          ? `lvsadm --stop-daemon ${role}\n# and start it with an interface that there is:\n# lvsadm --start-daemon ${role} --mcast-interface INTERFACE`
          : `ip link set ${name} up`,
    },
  ];
}
