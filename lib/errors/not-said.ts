/** What the kernel's socket options have no place for: the reasons, by the detail of the refusal (NotSaid in native/ipvs/socket_options.h). */

import type { NameOf } from './wording';

const WHAT: Record<number, (name: NameOf) => string> = {
  1: (name) => `${name('service.address')}: they know services of IPv4 only`,
  2: (name) => `${name('destination.address')}: they know destinations of IPv4 only`,
  3: (name) => `${name('destination.tunnel')}: they know tunnels of type ipip without checksums only`,
  4: (name) => `${name('service.persistence.engine')}: they know no persistence engines`,
  5: (name) =>
    `${name('daemon.maxLength')} and ${name('daemon.multicast')}: they know no options of sync daemons`,
  6: () => 'the service 0.0.0.0:0, whose name stands for all services there',
};

/** A clause without a full stop. */
export function notSaid(detail: number, name: NameOf): string {
  const what = WHAT[detail]?.(name) ?? 'this';
  return `the socket options, which are the way to the kernel here, have no place for ${what}. Nothing was sent`;
}
