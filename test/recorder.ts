/** A backend that carries nothing out: it records what reaches it, and answers that all went well. */

import type { Backend, BackendConnectionReader, BackendHandle } from '../lib/backend/backend';
import { CONNECTION_PART, INFO, Operation, REQUEST, STATUS } from '../lib/wire/records';

export class Recorder implements Backend {
  /** The operations of each exchange, those that opening makes included. */
  readonly exchanges: number[][] = [];
  /** The requests of each exchange, as they came. */
  readonly requests: Uint8Array[] = [];
  /** By operation: the errno that it is refused with. */
  readonly refusals = new Map<number, number>();
  /** The settings. */
  readonly sysctls: Record<string, string> = {
    conn_reuse_mode: '1',
    sync_threshold: '3\t50',
    est_cpulist: '',
  };
  /** By setting: the errno that it is refused with. */
  readonly sysctlRefusals = new Map<string, number>();
  opened = 0;
  closed = 0;

  createHandle(): BackendHandle {
    return {
      open: () => Promise.resolve(this.#open()),
      openSync: () => this.#open(),
      exchange: (requests, count) => Promise.resolve(this.#record(requests, count)),
      exchangeSync: (requests, count) => this.#record(requests, count),
      silence: () => 0,
      readSysctls: () => Promise.resolve({ ...this.sysctls }),
      readSysctlsSync: () => ({ ...this.sysctls }),
      writeSysctl: (name, text) => Promise.resolve(this.#writeSysctl(name, text)),
      writeSysctlSync: (name, text) => this.#writeSysctl(name, text),
      connections: () => emptyReader(),
      close: () => {
        this.closed++;
      },
    };
  }

  #open(): 0 {
    this.opened++;
    return 0;
  }

  #writeSysctl(name: string, text: string): number {
    const errno = this.sysctlRefusals.get(name) ?? 0;
    if (errno === 0) this.sysctls[name] = text;
    return errno;
  }

  #record(requests: ArrayBuffer, count: number): ArrayBuffer {
    const bytes = new Uint8Array(requests.slice(0, count * REQUEST.size));
    const operations = Array.from({ length: count }, (_, n) => bytes[n * REQUEST.size] as number);
    this.requests.push(bytes);
    this.exchanges.push(operations);
    return this.#answer(operations);
  }

  /** Where a request is answered by a record, one of zeros stands for it. */
  #answer(operations: readonly number[]): ArrayBuffer {
    const records = operations.length * STATUS.size;
    const view = new DataView(new ArrayBuffer(records + 256));
    for (const [n, operation] of operations.entries()) {
      view.setInt32(n * STATUS.size + STATUS.error, this.refusals.get(operation) ?? 0, true);
      if (!ANSWERED_BY_ONE.has(operation)) continue;
      view.setUint32(n * STATUS.size + STATUS.offset, records, true);
      view.setUint32(n * STATUS.size + STATUS.count, 1, true);
      if (operation === Operation.getInfo) view.setUint32(records + INFO.version, 0x010201, true);
    }
    return view.buffer;
  }
}

const ANSWERED_BY_ONE = new Set<number>([
  Operation.getInfo,
  Operation.getService,
  Operation.getStats,
  Operation.getTimeouts,
]);

function emptyReader(): BackendConnectionReader {
  return {
    next: () => Promise.resolve(),
    nextSync() {},
    count: () => Promise.resolve(),
    countSync() {},
    take(bytes) {
      bytes.fill(0, 0, CONNECTION_PART.size);
      bytes[CONNECTION_PART.last] = 1;
    },
    close() {},
  };
}
