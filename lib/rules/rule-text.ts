/** The grammar of rule files, which is loaded when it is first used: most users of the library read no rules. */

export { formatRuleLines } from './format-rules';
export { Hosts } from './host-names';
export { readRules } from './rule-file';
