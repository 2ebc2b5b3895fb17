/** An entry of the connection table: a connection, or a template of persistence. */

import { Timer } from '../clock';
import type { Destination } from '../table/destination';
import { NO_STATE } from './protocols';

/** What names an entry. */
export interface EntryKey {
  /** 0 for the template of a service that is named by a mark. */
  protocol: number;
  family: number;
  client: Uint8Array;
  clientPort: number;
  virtual: Uint8Array;
  virtualPort: number;
  /** Of a template of a service that is named by it, which stands for the virtual address; otherwise 0. */
  fwmark: number;
}

export class Entry {
  readonly key: EntryKey;
  readonly destination: Destination;
  readonly isTemplate: boolean;
  /** Whether what the real server answers is not seen. */
  readonly isOneWay: boolean;
  destinationPort: number;
  state = NO_STATE;
  isActive = false;
  /** Milliseconds without a packet after which it ends. */
  timeout = 0;
  readonly timer: Timer;
  /** The template that it was made by. */
  template: Entry | undefined;
  /** How many connections it made, as a template. */
  made = 0;
  /** Where listings have it. */
  place = 0;
  /** It is in the table. */
  isListed = false;

  constructor(
    key: EntryKey,
    destination: Destination,
    destinationPort: number,
    isTemplate: boolean,
    expire: (entry: Entry) => void,
  ) {
    this.key = key;
    this.destination = destination;
    this.destinationPort = destinationPort;
    this.isTemplate = isTemplate;
    this.isOneWay = destination.isOneWay;
    this.timer = new Timer(() => expire(this));
  }
}
