/** What is measured: the trials of `lvsadm bench`, which the counted benchmark (benchmarks/trials) takes from here as well. */

/** Where a service or a real server is. */
export interface Place {
  address: string;
  port: number;
}

/** One thing to do, as a driver in any language can be told it. IPv4, TCP, round robin, NAT: what a rule costs hardly hangs on these. */
export type Step =
  | { op: 'addService' | 'deleteService'; service: Place }
  | { op: 'addDestination' | 'setDestination'; service: Place; destination: Place; weight: number }
  | { op: 'deleteDestination'; service: Place; destination: Place };

export function range(length: number): number[] {
  return Array.from({ length }, (_, n) => n);
}

export function service(n: number): Place {
  return { address: `10.1.${n >> 8}.${n & 255}`, port: 80 };
}

export function destination(n: number): Place {
  return { address: `10.${2 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`, port: 8080 };
}

export function addition(s: number, d: number): Step {
  return { op: 'addDestination', service: service(s), destination: destination(d + 1), weight: 1 };
}

/** Each service, followed by its destinations, of which each has as many. */
export function additions(services: number, destinations: number): Step[] {
  return range(services).flatMap((s) => [
    { op: 'addService', service: service(s) } as const,
    ...range(destinations).map((d) => addition(s, d)),
  ]);
}

/** Every destination's weight anew, service by service. */
export function weights(services: number, destinations: number): Step[] {
  return range(services * destinations).map((n) => ({
    op: 'setDestination',
    service: service(Math.floor(n / destinations)),
    destination: destination((n % destinations) + 1),
    weight: 2 + (n % 7),
  }));
}

/** Additions, changes of weight and deletions that look random, and are the same each time, among destinations that stand. */
export function churn(services: number, destinations: number, changes: number): Step[] {
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  const standing = range(services).map(() => range(destinations).map((d) => d + 1));
  let fresh = destinations + 1;
  return range(changes).map((): Step => {
    const s = random(services);
    const present = standing[s] as number[];
    const kind = present.length < 2 ? 0 : random(3);
    const weight = 1 + random(100);
    if (kind === 0) {
      present.push(fresh);
      return { op: 'addDestination', service: service(s), destination: destination(fresh++), weight };
    }
    const at = random(present.length);
    const chosen = destination(present[at] as number);
    if (kind === 1) return { op: 'setDestination', service: service(s), destination: chosen, weight };
    present.splice(at, 1);
    return { op: 'deleteDestination', service: service(s), destination: chosen };
  });
}
