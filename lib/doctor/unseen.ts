/** What could not be looked at is told, too: no finding may mean that nobody looked. */

import { errnoName } from '../errors/errno';
import type { Finding } from './finding';
import type { Unseen } from './network/inspection';

export function notInspected(unseen: readonly Unseen[]): Finding[] {
  return unseen.map(({ what, errno }) => {
    const code = errnoName(errno);
    const isDenied = code === 'EPERM' || code === 'EACCES';
    return {
      code: 'NOT_INSPECTED',
      severity: 'info',
      message: `Not looked at: ${what} (${code}).`,
      remedy: isDenied
        ? '# Ask again as root: it needs CAP_NET_ADMIN.'
        : `# This kernel does not tell of ${what}.`,
    };
  });
}

/** Of a handle whose backend has no machine around it. */
export const NO_HOST: Finding = {
  code: 'NOT_INSPECTED',
  severity: 'info',
  message:
    "Not looked at: the network. This handle's backend has no machine around it, so that only its table was.",
  remedy: '# Ask with a handle of the kernel.',
};
