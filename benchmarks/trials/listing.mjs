// @ts-check
import { additions } from './work.mjs';

const rules = 100_000;
const name = rules.toLocaleString('en');

/** @param {'table' | 'save'} op */
const listing = (op) => ({
  title: `List ${name} rules with \`${op === 'save' ? '-S' : '-L'} -n\`, the start of the program included`,
  unit: 'row',
  units: rules,
  before: additions(rules / 10, 9),
  once: true,
  afresh: true,
  steps: [{ op }],
  drivers: ['node', 'listing', 'lvsadm'],
});

/** @satisfies {Record<string, import('./work.mjs').Work>} */
export const listings = {
  list: listing('table'),
  save: listing('save'),
  memory: {
    ...listing('table'),
    title: `The most memory that \`-L -n\` of ${name} rules takes`,
    unit: 'process',
    units: 1,
    memory: true,
  },
};
