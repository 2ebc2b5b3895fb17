/** Linux Virtual Server for Node. `Ipvs` is the asynchronous handle, `IpvsSync` its synchronous twin. */

export { BatchError, IpvsError, type IpvsErrorCode } from './errors';
export { Ipvs } from './ipvs';
export { IpvsSync } from './ipvs-sync';
export { formatRules, parseRules, RulesError } from './rules';
export type * from './types';
