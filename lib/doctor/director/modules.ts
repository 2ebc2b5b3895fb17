/** Whether the kernel can load what it has not yet: schedulers, persistence engines. */

import type { Finding } from '../finding';
import type { DirectorFacts } from './facts';

export function checkModules({ host }: DirectorFacts): Finding[] {
  if (host === undefined) return [];
  const program = host.network.settings.get('kernel/modprobe');
  const disabled = host.network.setting('kernel/modules_disabled') === 1;
  if (!disabled && program !== '') return [];
  const why = disabled ? 'kernel.modules_disabled is 1' : 'kernel.modprobe is empty';
  return [
    {
      code: 'AUTOLOAD_OFF',
      severity: 'warning',
      message: `The kernel loads no modules by itself (${why}): schedulers that it has not loaded are refused with ENOENT.`,
      remedy: disabled
        ? '# It stays so until the next start. Load them before it is set: modprobe ip_vs_wrr'
        : 'sysctl -w kernel.modprobe=/sbin/modprobe',
    },
  ];
}
