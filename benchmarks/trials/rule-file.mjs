// @ts-check
import { additions } from './work.mjs';

/** A tenth of the rules are services. @param {number} rules */
export const ruleFile = (rules) => ({
  title: `Restore a file of ${rules.toLocaleString('en')} rules, the start of the program included`,
  unit: 'rule',
  units: rules,
  before: [],
  afresh: true,
  steps: additions(rules / 10, 9),
  drivers: ['node', 'restore', 'lvsadm'],
  ...(rules > 10_000 && { once: true }),
});
