/** The doctor room: why a director, or a real server, does not do its work, and what would put it right. It only looks. */

export { type DiagnoseOptions, diagnose } from './diagnose';
export { type DiagnoseRealServerOptions, diagnoseRealServer } from './diagnose-real-server';
export type { Finding, FindingCode } from './finding';
export type { ExpectedService } from './real-server/facts';
