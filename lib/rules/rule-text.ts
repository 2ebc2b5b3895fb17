/** The grammar of rule files, which is loaded when it is first used: most users of the library read no rules. */

export { formatRow } from './format-rules';
export { Hosts } from './host-names';
export { inOrder } from './order';
export { readRules } from './rule-file';
