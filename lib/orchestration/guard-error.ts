import { IpvsError } from '../errors/ipvs-error';
import { describeService } from '../model/service';
import type { GuardViolation, Plan } from './plan';

/** Thrown by `apply` where the guard forbids the result. Nothing was sent. `code` is `ERR_IPVS_GUARD`. */
export class GuardError extends IpvsError {
  /** What would have been done, with the `violations`. */
  readonly plan: Plan;

  /** For doubles in tests: the library makes its own. */
  constructor(plan: Plan) {
    const [first, ...further] = plan.violations;
    const more = further.length === 0 ? '' : `, and ${further.length} more`;
    const why = first === undefined ? 'the guard forbids it' : describeViolation(first);
    super('ERR_IPVS_GUARD', `apply: ${why}${more}; nothing was sent`, { syscall: 'apply' });
    this.plan = plan;
  }
}

/** `tcp 10.0.0.1:80 would keep 0 usable real servers, and guard.minDestinations is 1` */
export function describeViolation({ guard, service, value, bound }: GuardViolation): string {
  const what =
    service === undefined
      ? `${Math.round(value * 100)} % of the services spoken for would be removed`
      : `${describeService(service)} would keep ${value} usable real servers`;
  return `${what}, and guard.${guard} is ${bound}`;
}
