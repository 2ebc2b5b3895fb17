/** The grammar of rule files: a file of its own, since most who load the library read no rules. */

export { formatRuleLines } from './format-rules';
export { Hosts } from './host-names';
export { readRules } from './rule-file';
