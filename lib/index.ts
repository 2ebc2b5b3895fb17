/** Linux Virtual Server for Node. `Ipvs` is the asynchronous handle, `IpvsSync` its synchronous twin. */

export type {
  Backend,
  BackendConnectionReader,
  BackendHandle,
  BackendHost,
  OpenFailure,
} from './backend/backend';
export type { IpvsClient, IpvsSyncClient } from './client';
export { AbortError } from './errors/abort';
export type { ArgumentError } from './errors/argument';
export { IpvsError, type IpvsErrorCode, type IpvsErrorDetails } from './errors/ipvs-error';
export { Ipvs } from './ipvs';
export { IpvsSync } from './ipvs-sync';
export type { Family } from './model/address';
export {
  BatchError,
  type BatchFailure,
  type BatchOptions,
  type BatchResult,
  type Command,
} from './model/command';
export type {
  Connection,
  ConnectionCount,
  ConnectionField,
  ConnectionFilter,
  ConnectionOptions,
  Endpoint,
} from './model/connection';
export type { Daemon, DaemonRole, DaemonSpec } from './model/daemon';
export type {
  Destination,
  DestinationKey,
  DestinationOptions,
  DestinationSpec,
  DestinationState,
} from './model/destination';
export type { Info, Timeouts } from './model/director';
export type { ForwardingMethod } from './model/forwarding';
export type { OpenOptions } from './model/options';
export type { Persistence } from './model/persistence';
export type { Protocol } from './model/protocol';
export type {
  FirewallMark,
  Scheduler,
  Service,
  ServiceKey,
  ServiceOptions,
  ServiceSpec,
  ServiceState,
  VirtualAddress,
} from './model/service';
export type { ServiceFlag } from './model/service-flags';
export type { Counters, Stats } from './model/stats';
export type { Sysctls } from './model/sysctls';
export type { DesiredService, TableOptions, TableRow, TableRowState } from './model/table';
export type { Tunnel } from './model/tunnel';
export type { ApplyOptions, ApplyResult, ApplySyncOptions } from './orchestration/apply-options';
export type { DrainOptions, DrainProgress, DrainResult } from './orchestration/drain-options';
export type { DrainWarning } from './orchestration/drain-warnings';
export { GuardError } from './orchestration/guard-error';
export type { Change, GuardViolation, Plan } from './orchestration/plan';
export type { Guard, KeptField, PlanOptions } from './orchestration/plan-options';
export type { RampOptions, RampResult } from './orchestration/ramp-options';
export type { TableEvent } from './orchestration/table-events';
export type { WatchOptions } from './orchestration/watch-options';
export { formatRules, parseRules, RulesError } from './rules/rules';
export type { RequestTrace } from './session/tracing';
