/** Many changes at once. */

import type { IpvsError } from '../errors/ipvs-error';
import type { DestinationKey, DestinationSpec } from './destination';
import type { ServiceKey, ServiceSpec } from './service';

/**
 * A change as data: the verb as `op`, and what the verb takes: `service` and `destination`, whole where something is added
 * or replaced, and their keys where something is removed. `zero` without a service is of all of them.
 */
export type Command =
  | { op: 'addService'; service: ServiceSpec }
  | { op: 'setService'; service: ServiceSpec }
  | { op: 'deleteService'; service: ServiceKey }
  | { op: 'addDestination'; service: ServiceKey; destination: DestinationSpec }
  | { op: 'setDestination'; service: ServiceKey; destination: DestinationSpec }
  | { op: 'deleteDestination'; service: ServiceKey; destination: DestinationKey }
  | { op: 'zero'; service?: ServiceKey | undefined }
  | { op: 'flush' };

/** How a batch is carried out. */
export interface BatchOptions {
  /** Default true: reject with a `BatchError` when the kernel refused any command. */
  throwOnFailure?: boolean | undefined;
  /**
   * Ends the batch between two of its exchanges with the kernel, of up to 2,048 commands each: it rejects with an
   * `AbortError` whose `cause` is the signal's reason. What was carried out until then stays.
   */
  signal?: AbortSignal | undefined;
}

/** What came of a batch. */
export interface BatchResult {
  /** Commands the kernel carried out. */
  applied: number;
  /** One entry per refused command, in the order given. The commands after it were still tried. */
  failures: BatchFailure[];
}

/** A command of a batch that the kernel refused. */
export interface BatchFailure {
  /** Its place in the batch, counted from 0. */
  index: number;
  /** As it was given. */
  command: Command;
  /** Why; its `syscall` is the command's `op`. */
  error: IpvsError;
}

/** Thrown by `batch` where the kernel refused any command. `errors` holds one `IpvsError` per refused command. */
export class BatchError extends AggregateError {
  /** Always `BatchError`. */
  override readonly name = 'BatchError';
  /** What `batch` would have returned. */
  readonly result: BatchResult;

  /** For doubles in tests: the library makes its own. */
  constructor(result: BatchResult) {
    const { applied, failures } = result;
    const first = failures[0];
    super(
      failures.map((failure) => failure.error),
      `batch: ${failures.length} of ${applied + failures.length} commands refused` +
        (first ? `; the first is commands[${first.index}]: ${first.error.message}` : ''),
    );
    this.result = result;
  }
}
