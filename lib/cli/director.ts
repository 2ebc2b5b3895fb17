/**
 * The kernel as lvsadm asks it. To list the table takes two requests, and that is what lvsadm is mostly started for: the
 * handle with all verbs is loaded when another one is asked.
 */

import type { BackendHandle } from '../backend/backend';
import type { IpvsSync } from '../ipvs-sync';
import type { Info } from '../model/director';
import { SyncSession } from '../session/sync-session';
import { info } from '../verbs/info';
import type { PackedChanges, Refused } from '../verbs/packed-changes';
import { packedTable } from '../verbs/packed-table';
import type { PackedTable } from '../wire/table';

const verbs = () => require('../ipvs-sync') as typeof import('../ipvs-sync');

export class Director {
  /** What the kernel says of its IPVS. */
  readonly info: Info;
  readonly #handle: BackendHandle;
  readonly #session: SyncSession;
  #ipvs: IpvsSync | undefined;

  /** Takes a handle that is open. Throws where it may not be used, and closes it. */
  constructor(handle: BackendHandle) {
    this.#handle = handle;
    // As ipvsadm does: who does not want to wait interrupts it.
    this.#session = new SyncSession(handle, 0);
    try {
      this.info = this.#session.ask(info('open'));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The whole table, with counters or without. */
  table(stats: boolean): PackedTable {
    return this.#session.ask(packedTable(stats));
  }

  /** Sends changes; returns those that were refused. */
  change(changes: PackedChanges): Refused[] {
    return this.#session.perform({ syscall: 'batch' }, (send) => changes.send(send));
  }

  /** Every verb. */
  get ipvs(): IpvsSync {
    this.#ipvs ??= verbs().over(this.#handle);
    return this.#ipvs;
  }

  close(): void {
    this.#session.close();
  }
}
