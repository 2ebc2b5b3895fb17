/** Services that nobody can serve, or not everybody's requests. */

import { describeService, type ServiceKey } from '../../model/service';
import type { TableRow } from '../../model/table';
import type { Finding } from '../finding';
import { editDestination, editService, serviceOption } from '../remedies';
import type { DirectorFacts } from './facts';
import { keyOf } from './keys';

/** Which flag has a scheduler turn to another server; `dh` has none. */
const FALLBACK: Record<string, 'sh-fallback' | 'mh-fallback' | undefined> = {
  sh: 'sh-fallback',
  mh: 'mh-fallback',
  dh: undefined,
};

export function checkServices({ table }: DirectorFacts): Finding[] {
  return table.flatMap((service) => [...unusable(service), ...hashing(service)]);
}

function unusable(service: TableRow): Finding[] {
  const { destinations } = service;
  const about = { severity: 'error' as const, service: keyOf(service) };
  const name = describeService(service);
  if (destinations.length === 0) {
    return [
      {
        ...about,
        code: 'NO_DESTINATIONS',
        message: `${name} has no real server: its clients are refused.`,
        remedy: `# Add one:\n# lvsadm -a ${serviceOption(service)} -r ADDRESS:PORT -m`,
      },
    ];
  }
  const willing = destinations.filter(({ weight }) => weight > 0);
  const [first] = destinations;
  if (willing.length === 0 && first !== undefined) {
    return [
      {
        ...about,
        code: 'ALL_WEIGHTS_ZERO',
        message: `All ${destinations.length} real servers of ${name} have weight 0, so that new clients are refused.`,
        remedy: destinations.map((each) => editDestination(service, { ...each, weight: 1 })).join('\n'),
      },
    ];
  }
  if (willing.every(isOverloaded)) {
    return [
      {
        ...about,
        code: 'OVERLOADED',
        message: `Every real server of ${name} that has a weight has reached its upper threshold of connections: new clients are refused.`,
        remedy: willing
          .map((each) => editDestination(service, { ...each, upperThreshold: 0, lowerThreshold: 0 }))
          .join('\n'),
      },
    ];
  }
  return [];
}

function isOverloaded(destination: TableRow['destinations'][number]): boolean {
  const { upperThreshold, activeConnections, inactiveConnections } = destination;
  return upperThreshold > 0 && activeConnections + inactiveConnections >= upperThreshold;
}

function hashing(service: TableRow): Finding[] {
  const { scheduler, flags, destinations } = service;
  if (!(scheduler in FALLBACK)) return [];
  const flag = FALLBACK[scheduler];
  if (flag !== undefined && flags.includes(flag)) return [];
  const away = destinations.filter((each) => each.weight === 0 || isOverloaded(each));
  if (away.length === destinations.length) return [];
  const severity = away.length > 0 ? 'warning' : 'info';
  const clients =
    away.length > 0
      ? `refuses the clients that hash to the ${away.length} of ${destinations.length} real servers that take no new connections`
      : 'will refuse the clients that hash to a real server at weight 0';
  const remedy =
    flag === undefined
      ? editService({ ...service, scheduler: 'sh', flags: ['sh-fallback'] })
      : editService({ ...service, flags: [...flags, flag] });
  const lacking = flag === undefined ? 'knows no fallback' : `has not the flag ${flag}`;
  return [
    {
      code: 'HASH_NO_FALLBACK',
      severity,
      service: keyOf(service) as ServiceKey,
      message: `${describeService(service)} is scheduled by ${scheduler}, which ${lacking}, and so ${clients}.`,
      remedy,
    },
  ];
}
