/** What a stand-in for the kernel answers; the form that native/testing/script.h reads. */

const FAMILY = 1;
const SEND = 2;
const DATAGRAM = 3;
const FAILURE = 4;
const OPTION = 5;
const NO_OPTION = 6;

/** The id under which the family is found, unless a test says otherwise. */
export const FAMILY_ID = 28;

/** A datagram, or the errno of a receive that fails, below zero. */
export type Received = Buffer | number;

export class Script {
  readonly #entries: Buffer[] = [];

  /** The family's ids, look-up by look-up; below zero an errno. The last is found again and again. */
  constructor(...families: number[]) {
    for (const id of families.length > 0 ? families : [FAMILY_ID]) this.#add(FAMILY, number(id));
  }

  /** Answers the next send. In every message of a datagram `nlmsg_seq` counts from the first message sent. */
  answer(...received: Received[]): this {
    this.#add(SEND, number(0));
    for (const each of received) {
      if (Buffer.isBuffer(each)) this.#add(DATAGRAM, each);
      else this.#add(FAILURE, number(each));
    }
    return this;
  }

  /** Lets the next send fail with an errno, below zero. */
  fail(errno: number): this {
    this.#add(SEND, number(errno));
    return this;
  }

  /** What IPVS's next socket option tells, or the errno that it is refused with, below zero. Without any there are none. */
  option(told: Received): this {
    if (Buffer.isBuffer(told)) this.#add(OPTION, told);
    else this.#add(NO_OPTION, number(told));
    return this;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#entries);
  }

  #add(kind: number, payload: Buffer): void {
    const header = Buffer.alloc(3);
    header.writeUInt8(kind, 0);
    header.writeUInt16LE(payload.length, 1);
    this.#entries.push(header, payload);
  }
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
