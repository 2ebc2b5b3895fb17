/** Source hashing: each real server has as many of 256 places as its weight says, in turn. */

import type { Destination } from '../table/destination';
import { BUCKETS, hashBucket } from './hash';
import { SourceHashing } from './source-hashing';

export class SourceHashingByWeight extends SourceHashing {
  protected fill(): Destination[] {
    const destinations = [...this.service.destinations];
    const table: Destination[] = [];
    let taken = 0;
    for (let n = 0; table.length < BUCKETS && destinations.length > 0; ) {
      const destination = destinations[n] as Destination;
      table.push(destination);
      // One of weight 0 has a place, too, and refuses the clients that it stands for.
      if (++taken < destination.weight) continue;
      taken = 0;
      n = (n + 1) % destinations.length;
    }
    return table;
  }

  protected place(number: number, offset: number): number {
    return (offset + hashBucket(number)) % BUCKETS;
  }
}
