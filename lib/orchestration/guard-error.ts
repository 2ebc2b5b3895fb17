import { IpvsError } from '../errors/ipvs-error';
import type { Plan } from './plan';

const plans = () => require('./plan') as typeof import('./plan');

/** Thrown by `apply` where the guard forbids the result. Nothing was sent. `code` is `ERR_IPVS_GUARD`. */
export class GuardError extends IpvsError {
  /** What would have been done, with the `violations`. */
  readonly plan: Plan;

  /** For doubles in tests: the library makes its own. */
  constructor(plan: Plan) {
    const [first, ...further] = plan.violations;
    const more = further.length === 0 ? '' : `, and ${further.length} more`;
    const why = first === undefined ? 'the guard forbids it' : plans().describeViolation(first);
    super('ERR_IPVS_GUARD', `apply: ${why}${more}; nothing was sent`, { syscall: 'apply' });
    this.plan = plan;
  }
}
