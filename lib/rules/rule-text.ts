/** The grammar of rule files: a file of its own, since most who load the library read no rules. */

export { readRules } from './file';
export { formatRuleLines } from './format';
export { Hosts } from './hosts';
