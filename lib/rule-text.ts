/** The grammar of rule files: a file of its own, since most who load the library read no rules. */

export { readRules } from './cli/grammar/file';
export { Hosts } from './cli/grammar/hosts';
export { formatRuleLines } from './cli/layout/rules';
