/** The ESM door to the same module: `import` and `require` give the same classes. */

export type * from './index.js';
export {
  AbortError,
  BatchError,
  formatRules,
  Ipvs,
  IpvsError,
  IpvsSync,
  parseRules,
  RulesError,
} from './index.js';
