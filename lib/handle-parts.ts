/** What a handle is made of. The handles' classes read it with the first handle: to load the package is not yet to use it. */

export { checked, fromCaller, laterFromCaller } from './errors/argument';
export { Late } from './session/late';
export { checkOptions } from './session/open-options';
export { openHandle, openHandleSync, openHost } from './session/opening';
export { finish, inSlices } from './session/pacing';
export { Session } from './session/session';
export { SyncSession } from './session/sync-session';
export { findChannel } from './session/tracing';
export { Batch } from './verbs/batch';
export * from './verbs/daemons';
export * from './verbs/destinations';
export * from './verbs/director';
export { info } from './verbs/info';
export { packedTable } from './verbs/packed-table';
export * from './verbs/patches';
export * from './verbs/services';
export * from './verbs/table';
