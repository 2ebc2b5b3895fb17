/** IPVS messages: bytes <-> attribute trees, in which every byte but the padding has its place. */

import { attributeNumber, COMMANDS, type CommandName, commandNumber, type Schema, schemaOf } from './numbers';

export interface Attribute {
  name: string;
  /** NLA_F_NESTED is set. */
  flagged: boolean;
  value: Buffer | Attribute[];
}

export interface Message {
  /** The family's id. */
  type: number;
  flags: number;
  sequence: number;
  port: number;
  command: CommandName;
  attributes: Attribute[];
}

export const REQUEST = 0x1;
export const MULTI = 0x2;
export const ACK = 0x4;
export const DUMP = 0x300;

const HEADER = 16;
const GENERIC_HEADER = 4;
const VERSION = 1;
const NESTED = 0x8000;

function align(length: number): number {
  return (length + 3) & ~3;
}

// ------------------------------------------------------------------------------------------ reading

/** The messages that lie one behind the other in a buffer. */
export function* split(buffer: Buffer): Generator<Buffer> {
  for (let at = 0; at < buffer.length; at += align(buffer.readUInt32LE(at))) {
    yield buffer.subarray(at, at + buffer.readUInt32LE(at));
  }
}

export function decodeAll(buffer: Buffer): Message[] {
  return [...split(buffer)].map(decode);
}

export function decode(message: Buffer): Message {
  const command = COMMANDS[message[HEADER] as number];
  if (!command || message[HEADER + 1] !== VERSION) throw new Error(`no message: ${message.toString('hex')}`);
  return {
    type: message.readUInt16LE(4),
    flags: message.readUInt16LE(6),
    sequence: message.readUInt32LE(8),
    port: message.readUInt32LE(12),
    command,
    attributes: decodeAttributes(message.subarray(HEADER + GENERIC_HEADER), schemaOf(command)),
  };
}

function decodeAttributes(bytes: Buffer, schema: Schema): Attribute[] {
  const attributes: Attribute[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt16LE(at);
    const type = bytes.readUInt16LE(at + 2);
    const [name, nested] = schema[type & ~NESTED] ?? [`#${type & ~NESTED}`];
    const payload = bytes.subarray(at + 4, at + length);
    const value = nested ? decodeAttributes(payload, nested) : Buffer.from(payload);
    attributes.push({ name, flagged: (type & NESTED) !== 0, value });
    at += align(length);
  }
  return attributes;
}

// ------------------------------------------------------------------------------------------ writing

export function encode(message: Message): Buffer {
  const attributes = encodeAttributes(message.attributes, schemaOf(message.command));
  const header = Buffer.alloc(HEADER + GENERIC_HEADER);
  header.writeUInt32LE(header.length + attributes.length, 0);
  header.writeUInt16LE(message.type, 4);
  header.writeUInt16LE(message.flags, 6);
  header.writeUInt32LE(message.sequence, 8);
  header.writeUInt32LE(message.port, 12);
  header.writeUInt8(commandNumber(message.command), HEADER);
  header.writeUInt8(VERSION, HEADER + 1);
  return Buffer.concat([header, attributes]);
}

function encodeAttributes(attributes: readonly Attribute[], schema: Schema | undefined): Buffer {
  return Buffer.concat(
    attributes.map(({ name, flagged, value }) => {
      const type = attributeNumber(schema, name);
      const payload = Buffer.isBuffer(value) ? value : encodeAttributes(value, schema?.[type]?.[1]);
      const bytes = Buffer.alloc(align(4 + payload.length));
      bytes.writeUInt16LE(4 + payload.length, 0);
      bytes.writeUInt16LE(flagged ? type | NESTED : type, 2);
      payload.copy(bytes, 4);
      return bytes;
    }),
  );
}

// ------------------------------------------------------------------------------------------ editing

/** The message with the attributes of one nest changed: `edit(message, 'SERVICE', …)`; '' is the top. */
export function edit(
  message: Message,
  path: string,
  change: (attributes: Attribute[]) => Attribute[],
): Message {
  return { ...message, attributes: editPath(message.attributes, path.split('.').filter(Boolean), change) };
}

function editPath(
  attributes: Attribute[],
  path: readonly string[],
  change: (attributes: Attribute[]) => Attribute[],
): Attribute[] {
  const [first, ...rest] = path;
  if (first === undefined) return change(attributes);
  return attributes.map((each) =>
    each.name === first && !Buffer.isBuffer(each.value)
      ? { ...each, value: editPath(each.value, rest, change) }
      : each,
  );
}

/** The message without some attributes, named by their path: `SERVICE.STATS64`. */
export function without(message: Message, ...paths: string[]): Message {
  return paths.reduce((edited, path) => {
    const at = path.lastIndexOf('.');
    const name = path.slice(at + 1);
    return edit(edited, path.slice(0, Math.max(at, 0)), (all) => all.filter((each) => each.name !== name));
  }, message);
}

/** The bytes of an attribute, named by its path. */
export function bytesOf(message: Message, path: string): Buffer | undefined {
  let attributes = message.attributes;
  for (const name of path.split('.')) {
    const value = attributes.find((each) => each.name === name)?.value;
    if (value === undefined || Buffer.isBuffer(value)) return value;
    attributes = value;
  }
  return undefined;
}

// ------------------------------------------------------------------------------------------ showing

/** One line for the header, one for each attribute: what a failing test shows. */
export function show(message: Message): string[] {
  const { command, type, flags, sequence, port, attributes } = message;
  const header = `${command} type ${type} flags 0x${flags.toString(16)} sequence ${sequence} port ${port}`;
  return [header, ...showAttributes(attributes, '  ')];
}

function showAttributes(attributes: readonly Attribute[], indent: string): string[] {
  return attributes.flatMap(({ name, flagged, value }) =>
    Buffer.isBuffer(value)
      ? [`${indent}${name} ${value.toString('hex')}${flagged ? ' flagged' : ''}`]
      : [`${indent}${name}${flagged ? ' flagged' : ''}`, ...showAttributes(value, `${indent}  `)],
  );
}
