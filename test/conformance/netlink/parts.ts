/** Parts of lists, as the kernel gives them: recorded messages that differ in their port, which stands for the whole entry. */

import { OLDEST } from '../recorded';
import { type Attribute, decodeAll, edit, encode, type Message } from './message';

export const SERVICE = decodeAll(OLDEST.first('service tcp'))[0] as Message;
export const DESTINATION = decodeAll(OLDEST.first('destinations udp'))[0] as Message;

export function part(message: Message, nest: string, ports: readonly number[]): Buffer {
  return Buffer.concat(
    ports.map((port) => encode(edit(message, nest, (all) => all.map((one) => ported(one, port))))),
  );
}

/** The attribute with this port, if it is one of a port. */
export function ported(attribute: Attribute, port: number): Attribute {
  return attribute.name === 'PORT' ? { ...attribute, value: networkOrder(port) } : attribute;
}

/** A port as the kernel has it. */
export function networkOrder(port: number): Buffer {
  const value = Buffer.alloc(2);
  value.writeUInt16BE(port);
  return value;
}
