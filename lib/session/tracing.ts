/** What listeners are told of requests, by Node's own means: the tracing channel `lvs.netlink:request`. */

import type { TracingChannel } from 'node:diagnostics_channel';
import type { Asked } from '../errors/asked';
import { now } from './clock';

/** The channel for `node:diagnostics_channel`'s `tracingChannel`. docs/tracing.md says which events it has. */
export const REQUEST_CHANNEL = 'lvs.netlink:request';

/** What the events of one request carry: the same object in each of them. */
export interface RequestTrace {
  /** The handle's method: `addService`, `table`, `batch`. */
  verb: string;
  /** The service, destination or daemon that it was asked of; absent for director-wide verbs. */
  target?: unknown;
  /** Whether the caller's thread waits: a verb of `IpvsSync`. */
  sync: boolean;
  /** Milliseconds from the call to its end. Absent until it has ended. */
  duration?: number;
  /** Once it has ended well: how many rows a list has, how many commands of a batch were carried out, otherwise 1. */
  records?: number;
  /** The kernel's errno, negative as in Node's own errors, where it refused. */
  errno?: number;
  /** What it resolved to or returned. */
  result?: unknown;
  /** What it rejected with or threw. */
  error?: unknown;
}

let channel: TracingChannel<RequestTrace> | undefined;

/** Looks it up with the first handle: whoever only loads the package, or lists nothing, does without. */
export function findChannel(): void {
  channel ??= process.getBuiltinModule('node:diagnostics_channel').tracingChannel(REQUEST_CHANNEL);
}

let isOwn = false;

/** Asks something of the package's own, of which nobody is told. */
export function untraced<T>(work: () => T): T {
  isOwn = true;
  try {
    return work();
  } finally {
    isOwn = false;
  }
}

/** Whether somebody listens. */
export function isTraced(): boolean {
  return channel?.hasSubscribers === true && !isOwn;
}

/** Tells of work that ends later. */
export function traced<T>(asked: Asked, work: () => Promise<T>): Promise<T> {
  const { trace, end, fail } = begin(asked, false);
  // To be called while somebody listens: there is a channel.
  return (channel as TracingChannel<RequestTrace>).tracePromise(() => {
    try {
      return work().then(end, fail);
    } catch (error) {
      return fail(error);
    }
  }, trace);
}

/** Tells of work on the caller's thread. */
export function tracedSync<T>(asked: Asked, work: () => T): T {
  const { trace, end, fail } = begin(asked, true);
  return (channel as TracingChannel<RequestTrace>).traceSync(() => {
    try {
      return end(work());
    } catch (error) {
      return fail(error);
    }
  }, trace);
}

function begin({ syscall, target }: Asked, sync: boolean) {
  const start = now();
  const trace: RequestTrace = { verb: syscall, sync };
  if (target !== undefined) trace.target = target;
  return {
    trace,
    end<T>(result: T): T {
      trace.duration = now() - start;
      trace.records = recordsOf(result);
      return result;
    },
    fail(error: unknown): never {
      trace.duration = now() - start;
      const { errno } = error as { errno?: number };
      if (errno !== undefined) trace.errno = errno;
      throw error;
    },
  };
}

function recordsOf(result: unknown): number {
  if (typeof result !== 'object' || result === null) return 1;
  const { length, applied } = result as { length?: number; applied?: number };
  return length ?? applied ?? 1;
}
