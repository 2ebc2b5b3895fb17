/** Netlink messages: a request's bytes, and the attributes of an answer. Numbers are in the machine's order of bytes. */

import { endianness } from 'node:os';

const LITTLE = endianness() === 'LE';
const HEADER_BYTES = 16;
const ATTRIBUTE_HEADER_BYTES = 4;
const TYPE_MASK = 0x3fff;

const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
export const NLM_F_REQUEST = 1;
export const NLM_F_DUMP = 0x300;
const NLM_F_DUMP_INTR = 0x10;

/** The protocols that the doctor asks. */
export const NETLINK_ROUTE = 0;
export const NETLINK_NETFILTER = 12;

function padded(length: number): number {
  return (length + 3) & ~3;
}

/** Bytes of a message, read at offsets from their beginning. */
export class Bytes {
  readonly #view: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }
  u8(offset = 0): number {
    return this.#view.getUint8(offset);
  }
  u16(offset = 0): number {
    return this.#view.getUint16(offset, LITTLE);
  }
  u32(offset = 0): number {
    return this.#view.getUint32(offset, LITTLE);
  }
  i32(offset = 0): number {
    return this.#view.getInt32(offset, LITTLE);
  }
  /** In the order of the network, as nf_tables keeps its numbers. */
  be16(offset = 0): number {
    return this.#view.getUint16(offset);
  }
  be32(offset = 0): number {
    return this.#view.getUint32(offset);
  }
  slice(start: number, end?: number): Uint8Array {
    return this.bytes.subarray(start, end);
  }
  /** ASCII up to the first zero byte. */
  text(offset = 0, size = this.length - offset): string {
    const whole = Buffer.from(this.slice(offset, offset + size)).toString('latin1');
    const end = whole.indexOf('\0');
    return end < 0 ? whole : whole.slice(0, end);
  }
  /** The attributes from `offset` on, by type; of one that comes more than once, the last. */
  attributes(offset = 0): Map<number, Bytes> {
    return new Map(this.list(offset));
  }
  /** The attributes from `offset` on, in their order. */
  list(offset = 0): [type: number, value: Bytes][] {
    const found: [number, Bytes][] = [];
    let at = offset;
    while (at + ATTRIBUTE_HEADER_BYTES <= this.length) {
      const length = this.u16(at);
      if (length < ATTRIBUTE_HEADER_BYTES || at + length > this.length) break;
      found.push([
        this.u16(at + 2) & TYPE_MASK,
        new Bytes(this.slice(at + ATTRIBUTE_HEADER_BYTES, at + length)),
      ]);
      at += padded(length);
    }
    return found;
  }
}

/** A question: its type, flags, the protocol's own header and attributes. */
export interface Question {
  type: number;
  flags?: number;
  head: Uint8Array;
  attributes?: readonly [type: number, value: Uint8Array][];
}

/** What answered one question: messages without their headers, or the errno of a refusal. */
export interface Answer {
  errno: number;
  /** What changed meanwhile may be missing, or there twice. */
  interrupted: boolean;
  messages: Message[];
}

export interface Message {
  type: number;
  body: Bytes;
}

/** A number's bytes, as attributes carry it. */
export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, LITTLE);
  return bytes;
}

/** The questions' bytes, one after another; a question's number is its place. */
export function writeQuestions(questions: readonly Question[]): Uint8Array {
  return Buffer.concat(questions.map((question, index) => writeQuestion(question, index + 1)));
}

function writeQuestion({ type, flags = 0, head, attributes = [] }: Question, sequence: number): Uint8Array {
  const sizes = attributes.map(([, value]) => padded(ATTRIBUTE_HEADER_BYTES + value.length));
  const length = HEADER_BYTES + padded(head.length) + sizes.reduce((sum, size) => sum + size, 0);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, LITTLE);
  view.setUint16(4, type, LITTLE);
  view.setUint16(6, NLM_F_REQUEST | flags, LITTLE);
  view.setUint32(8, sequence, LITTLE);
  bytes.set(head, HEADER_BYTES);
  let at = HEADER_BYTES + padded(head.length);
  for (const [index, [attribute, value]] of attributes.entries()) {
    view.setUint16(at, ATTRIBUTE_HEADER_BYTES + value.length, LITTLE);
    view.setUint16(at + 2, attribute, LITTLE);
    bytes.set(value, at + ATTRIBUTE_HEADER_BYTES);
    at += sizes[index] as number;
  }
  return bytes;
}

/** What answered each of so many questions. */
export function readAnswers(bytes: Uint8Array, count: number): Answer[] {
  const answers = Array.from(
    { length: count },
    (): Answer => ({ errno: 0, interrupted: false, messages: [] }),
  );
  const all = new Bytes(bytes);
  for (let at = 0; at + HEADER_BYTES <= all.length; ) {
    const length = all.u32(at);
    if (length < HEADER_BYTES || at + length > all.length) break;
    const answer = answers[all.u32(at + 8) - 1];
    if (answer !== undefined) take(answer, all, at, length);
    at += padded(length);
  }
  return answers;
}

function take(answer: Answer, all: Bytes, at: number, length: number): void {
  const type = all.u16(at + 4);
  const body = new Bytes(all.slice(at + HEADER_BYTES, at + length));
  if ((all.u16(at + 6) & NLM_F_DUMP_INTR) !== 0) answer.interrupted = true;
  if (type === NLMSG_ERROR || type === NLMSG_DONE) {
    if (body.length >= 4) answer.errno = Math.abs(body.i32());
  } else {
    answer.messages.push({ type, body });
  }
}
