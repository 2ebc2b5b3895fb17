/** The way back to the clients, and whether packets may come by the way that they do. */

import type { Finding } from '../finding';
import type { Link, Route } from '../network/rtnetlink';
import { setting } from '../remedies';
import { type RealServerFacts, toClients, toVipNetwork } from './facts';
import { tunnelDevices } from './tunnel';

const STRICT = 1;

export function checkRoutes(facts: RealServerFacts): Finding[] {
  if (facts.forward === 'masq') return throughDirector(facts);
  if (facts.forward === 'droute' || facts.forward === 'tunnel') return reversePath(facts);
  return [];
}

function throughDirector({ network, family, director }: RealServerFacts): Finding[] {
  const route = network.route(toClients(family));
  if (route === undefined) return [];
  const six = family === 'ipv6' ? ' -6' : '';
  const about = {
    code: 'RETURN_PATH',
    remedy: `${director === undefined ? '# ' : ''}ip${six} route replace default via ${director ?? 'DIRECTOR'}`,
  } as const;
  if (route.type !== 'unicast') {
    const message = 'There is no default route: answers to the clients of other networks cannot be sent.';
    return [{ ...about, severity: 'error', message }];
  }
  if (route.gateway === director && director !== undefined) return [];
  const way = `${route.gateway === undefined ? 'straight' : `by ${route.gateway}`} on ${network.link(route.index)?.name}`;
  if (director === undefined) {
    const message = `Answers to clients go ${way}: behind NAT that must be the director.`;
    return [{ ...about, severity: 'info', message }];
  }
  const message = `Answers to clients go ${way}, and not by the director ${director}: nobody translates them.`;
  return [{ ...about, severity: 'error', message }];
}

/** The kernel drops what comes in by another interface than the one by which it would answer. */
function reversePath(facts: RealServerFacts): Finding[] {
  const { network, family, service } = facts;
  if (family === 'ipv6') return [];
  const back = [toClients(family), toVipNetwork(service.address)]
    .map((lookup) => network.route(lookup))
    .find((route): route is Route => route?.type === 'unicast');
  if (back === undefined) return [];
  return arrivals(facts)
    .filter((link) => link.index !== back.index && network.combined('rp_filter', link) === STRICT)
    .map((link): Finding => {
      const path = (name: string) => `net/ipv4/conf/${name}/rp_filter`;
      return {
        code: 'RP_FILTER',
        severity: 'error',
        message: `${link.name} filters strictly by the reverse path (rp_filter 1): clients' packets come in there, and answers leave by ${network.link(back.index)?.name}, so that they are dropped.`,
        remedy: setting(path(link.name), 2),
      };
    });
}

/** The interfaces that clients' packets come in by. */
function arrivals(facts: RealServerFacts): Link[] {
  const { forward, network, director } = facts;
  if (forward === 'tunnel') return tunnelDevices(facts).filter(({ up }) => up);
  const route = director === undefined ? undefined : network.route({ to: director });
  const link = route && network.link(route.index);
  return link === undefined ? [] : [link];
}
