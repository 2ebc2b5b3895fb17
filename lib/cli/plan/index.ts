/** `lvsadm plan`: what `lvsadm apply` would do, as a diff. */

import { Ipvs } from '../../index';
import { describeViolation } from '../../orchestration/plan';
import { startDesired } from '../desired/options';
import { formatJson } from '../layout/json';
import { Status } from '../status';

/** There is a difference. */
const DIFFERENT = 2;

/** Prints the diff; the words are those after `lvsadm plan`. */
export function start(words: readonly string[]): Promise<number> {
  return startDesired('plan', words, async ({ desired, options, given }) => {
    const ipvs = await Ipvs.open();
    try {
      const plan = await ipvs.plan(desired, options);
      const { changes, violations, isEmpty } = plan;
      if (given.json) process.stdout.write(`${formatJson({ changes, violations })}\n`);
      else if (!isEmpty) process.stdout.write(`${plan}\n`);
      for (const violation of violations) {
        process.stderr.write(`lvsadm plan: the guard would refuse this: ${describeViolation(violation)}\n`);
      }
      return isEmpty ? Status.done : DIFFERENT;
    } finally {
      await ipvs.close();
    }
  });
}
