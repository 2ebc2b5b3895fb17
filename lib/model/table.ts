/** The whole table: every service with its destinations. */

import { Fields } from '../errors/fields';
import type { Destination, DestinationSpec, DestinationState } from './destination';
import type { Service, ServiceSpec, ServiceState } from './service';

/** How `table` reads. */
export interface TableOptions {
  /** Default true. `false` leaves `stats` out of every row, and makes reading a large table several times cheaper. */
  stats?: boolean | undefined;
  /** Ends the reading: it rejects with an `AbortError` whose `cause` is the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** A row of `table()`. It is itself a valid `DesiredService`. */
export type TableRow = Service & {
  /** Its real servers. */
  destinations: Destination[];
};

/** A row of `table({ stats: false })`. It is itself a valid `DesiredService`. */
export type TableRowState = ServiceState & {
  /** Its real servers. */
  destinations: DestinationState[];
};

export const TABLE_OPTIONS = new Fields(['stats', 'signal']);

/** A virtual service and the real servers that it should have. */
export type DesiredService = ServiceSpec & {
  /** All the real servers that it is to have. */
  destinations: readonly DestinationSpec[];
};
