/** Linux Virtual Server for Node. `Ipvs` is the asynchronous handle, `IpvsSync` its synchronous twin. */

export { BatchError, IpvsError, type IpvsErrorCode } from './errors/ipvs-error';
export { Ipvs } from './ipvs';
export { IpvsSync } from './ipvs-sync';
export type * from './model/types';
export { formatRules, parseRules, RulesError } from './rules/rules';
