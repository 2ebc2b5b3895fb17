/** Where a row's request ends: in the kernel, in the API's own checks, or before there are words for it. */

import { IpvsSync } from '../../../lib/index';
import { Recorder } from '../../recorder';
import { Inexpressible, type Reason } from './attributes';
import { ROWS, type Row } from './rows';
import { type Call, translate, translateStep } from './translate';

export interface Expressed {
  row: Row;
  call: Call;
  setup: Call[];
  /** What the API's own checks say of it, without a kernel. */
  refusal: Error | undefined;
}

/** On a backend that refuses nothing: whatever is thrown, the API's own checks throw. */
const unchecked = IpvsSync.open({ backend: new Recorder() }) as unknown as Record<
  string,
  (...args: unknown[]) => unknown
>;

export const expressed: Expressed[] = [];
export const inexpressible = new Map<Reason, string[]>();

for (const row of ROWS) {
  try {
    expressed.push(express(row));
  } catch (error) {
    if (!(error instanceof Inexpressible)) throw error;
    inexpressible.set(error.reason, [...(inexpressible.get(error.reason) ?? []), row.id]);
  }
}

function express(row: Row): Expressed {
  const call = translate(row);
  const setup = (row.setup ?? []).filter(([what]) => !isDeed(what)).map(translateStep);
  if (setup.some(refuse)) throw new Inexpressible('a set-up that the API refuses');
  return { row, call, setup, refusal: refuse(call) };
}

/** Something done to the namespace's interfaces, not to IPVS. */
export function isDeed(what: string | number): what is `_${string}` {
  return String(what).startsWith('_');
}

function refuse({ verb, args }: Call): Error | undefined {
  try {
    unchecked[verb]?.(...args);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
