/** Answers of the kernel that are made by hand. */

import { MULTI } from './message';

const ERROR = 2;
const DONE = 3;
const HEADER = 16;
const CAPPED = 0x100;
const TLVS = 0x200;

/** Where `nlmsg_seq` lies. */
const SEQUENCE = 8;
const FLAGS = 6;

/** The end of a dump; below zero an errno. */
export function done(status = 0): Buffer {
  return plain(DONE, MULTI, int(status));
}

/** An acknowledgement, or a refusal with an errno below zero and maybe the kernel's words. */
export function refusal(errno: number, text?: string): Buffer {
  const words = text === undefined ? Buffer.alloc(0) : attribute(1, Buffer.from(`${text}\0`));
  return plain(ERROR, text === undefined ? CAPPED : CAPPED | TLVS, int(errno), Buffer.alloc(HEADER), words);
}

export function acknowledgement(): Buffer {
  return refusal(0);
}

/** The datagram's first message as the answer to another of the messages sent. */
export function answering(n: number, datagram: Buffer): Buffer {
  const copy = Buffer.from(datagram);
  copy.writeInt32LE(n, SEQUENCE);
  return copy;
}

/** The datagram's first message with other flags set. */
export function flagged(flags: number, datagram: Buffer): Buffer {
  const copy = Buffer.from(datagram);
  copy.writeUInt16LE(copy.readUInt16LE(FLAGS) | flags, FLAGS);
  return copy;
}

/** The datagram's first message cut off, its header saying so: a whole message, and too short. */
export function shortened(length: number, datagram: Buffer): Buffer {
  const copy = Buffer.from(datagram.subarray(0, length));
  if (length >= 4) copy.writeUInt32LE(length, 0);
  return copy;
}

export function plain(type: number, flags: number, ...payload: Buffer[]): Buffer {
  const body = Buffer.concat(payload);
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(HEADER + body.length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt16LE(flags, FLAGS);
  return Buffer.concat([header, body]);
}

export function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function attribute(type: number, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + ((payload.length + 3) & ~3));
  bytes.writeUInt16LE(4 + payload.length, 0);
  bytes.writeUInt16LE(type, 2);
  payload.copy(bytes, 4);
  return bytes;
}
