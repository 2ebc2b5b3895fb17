/**
 * The seam between the library and whatever carries out its requests: packed records in, packed records out
 * (lib/wire/records.ts). The addon stands here, and so do the simulator and the recorder that tests use.
 */

/** What carries requests out. */
export interface Backend {
  /** A conversation of its own, which is still to be opened. */
  createHandle(): BackendHandle;
}

/** Where opening failed, and the errno. */
export type OpenFailure = [step: number, errno: number];

/** `OpenFailure`'s steps: entering the namespace, and reaching IPVS. */
export const OpenStep = { netns: 1, ipvs: 2 } as const;

/** One conversation with IPVS. One exchange at a time: the library queues what it is asked meanwhile. */
export interface BackendHandle {
  /**
   * 0, or where it failed. A namespace by path or descriptor; none is the process's own. `channel` is 0 for
   * `OpenOptions.channel`'s `auto`, 1 for `netlink`, 2 for `socket-options`.
   */
  open(netns?: string | number, channel?: number): Promise<0 | OpenFailure>;
  /** As `open`, on the caller's thread. */
  openSync(netns?: string | number, channel?: number): 0 | OpenFailure;
  /**
   * Carries out `count` packed requests, in order, which stay as they are until it has. Resolves to one status for
   * each and the records that the statuses point to, or to `undefined` where all were carried out and none has an
   * answer. `milliseconds` is the longest time without an answer, 0 for any: a request that waited longer gets
   * `Failure.timeout` as its status.
   */
  exchange(requests: ArrayBuffer, count: number, milliseconds: number): Promise<ArrayBuffer | undefined>;
  /** As `exchange`, on the caller's thread. */
  exchangeSync(requests: ArrayBuffer, count: number, milliseconds: number): ArrayBuffer | undefined;
  /** Milliseconds since the exchange under way began, or since its last answer where one came. */
  silence(): number;
  /**
   * Every setting that /proc/sys/net/ipv4/vs has in the handle's namespace: by name, the file's text without its newline.
   * A number is the errno with which reading failed.
   */
  readSysctls(): Promise<Record<string, string> | number>;
  /** As `readSysctls`, on the caller's thread. */
  readSysctlsSync(): Record<string, string> | number;
  /** Sets one of them. 0, or the errno. */
  writeSysctl(name: string, text: string): Promise<number>;
  /** As `writeSysctl`, on the caller's thread. */
  writeSysctlSync(name: string, text: string): number;
  /** A reader of the connection table; `filter` is a packed filter. */
  connections(filter: Uint8Array): BackendConnectionReader;
  /** What surrounds IPVS in the handle's namespace. Absent of a backend that has no machine around it, as a simulator. */
  host?(): BackendHost | undefined;
  /** Idempotent. Work under way ends first. */
  close(): void;
}

/**
 * What a network namespace has around IPVS, for the doctor: read, and never changed. Where something cannot be read at all,
 * the answer is the errno.
 */
export interface BackendHost {
  /** For each file its text, or the errno. What is in /proc/thread-self/net and /proc/sys/net is the namespace's own. */
  readFiles(paths: readonly string[]): Promise<(string | number)[] | number>;
  /** Sends netlink messages one by one. The kernel's answers one after another, each with the sequence number of its question. */
  askNetlink(protocol: number, messages: Uint8Array): Promise<ArrayBuffer | number>;
  /** An option of an unbound socket; `value` is the question, and as long as the longest answer. */
  socketOption(family: number, level: number, name: number, value: Uint8Array): Promise<ArrayBuffer | number>;
}

/** Reads the connection table part by part. One call at a time; what came of it is taken before the next one. */
export interface BackendConnectionReader {
  /** Reads another part of the table. */
  next(): Promise<void>;
  /** As `next`, on the caller's thread. */
  nextSync(): void;
  /** Reads the whole table, counted by these fields. */
  count(fields: number): Promise<void>;
  /** As `count`, on the caller's thread. */
  countSync(fields: number): void;
  /** Fills `bytes` with a part: its head, as many connections as it holds, and their text. */
  take(bytes: Uint8Array): void;
  /** What is under way ends within a page of the file. */
  close(): void;
}
