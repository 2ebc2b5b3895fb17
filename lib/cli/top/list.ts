/** The lines of the list: services as they are sorted and filtered, and servers of those that are expanded. */

import type { Row, Sample, ServiceRow } from './sample';
import { isExpanded, type State } from './state';

export type ListLine =
  | { kind: 'service'; service: ServiceRow; isOpen: boolean }
  | { kind: 'server'; service: ServiceRow; server: Row };

export function listOf(sample: Sample, state: State): ListLine[] {
  const filter = state.filter.toLowerCase();
  const services = sample.services.filter(({ name }) => name.includes(filter));
  const compare = comparison(state);
  const lines: ListLine[] = [];
  for (const service of services.sort(compare)) {
    const isOpen = isExpanded(state, service.name);
    lines.push({ kind: 'service', service, isOpen });
    if (!isOpen) continue;
    for (const server of sample.serversOf(service.name).sort(compare)) {
      lines.push({ kind: 'server', service, server });
    }
  }
  return lines;
}

/** The greatest first, names from the beginning of the alphabet; equal ones by name, so that they stand still. */
function comparison({ sort, reverse }: State): (a: Row, b: Row) => number {
  const sign = reverse ? -1 : 1;
  if (sort === 'name') return (a, b) => sign * byName(a, b);
  return (a, b) => sign * (b[sort] - a[sort]) || byName(a, b);
}

function byName(a: Row, b: Row): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
