/** Entries of the connection table: record -> value, filter -> record. */

import {
  checkInteger,
  checkObject,
  checkString,
  conflict,
  invalidType,
  invalidValue,
} from '../errors/argument';
import { Fields } from '../errors/fields';
import { formatAddress, parseAddress } from '../model/address';
import { checkAddressText, invalidAddress } from '../model/address-text';
import type {
  Connection,
  ConnectionCount,
  ConnectionField,
  ConnectionFilter,
  Endpoint,
} from '../model/connection';
import { OneOf } from '../model/one-of';
import { checkProtocol, protocolName } from '../model/protocol';
import { cachedAddress, cachedName } from './caches';
import { Memory } from './memory';
import { ConnectionFieldBit as Bit, CONNECTION, CONNECTION_FILTER, CONNECTION_PART } from './records';

/** Fields that a filter or a count names, as the bits that C++ knows. */
const FIELD_BITS = new OneOf<number>([
  ['protocol', Bit.protocol],
  ['client', Bit.clientAddress | Bit.clientPort],
  ['virtual', Bit.virtualAddress | Bit.virtualPort],
  ['destination', Bit.destinationAddress | Bit.destinationPort],
  ['state', Bit.state],
  ['template', Bit.template],
]);

type Side = 'client' | 'virtual' | 'destination';

/** Entries and the rows of a count serve as filters as they are. */
const FILTER_FIELDS = new Fields(FIELD_BITS.names(), ['expires', 'engine', 'count']);
const ENDPOINT_FIELDS = new Fields(['address', 'port']);
const VIRTUAL_FIELDS = new Fields(['address', 'port', 'fwmark']);

/** The bits of the fields that a count is by. */
export function fieldBits(fields: unknown): number {
  if (!Array.isArray(fields)) throw invalidType('by', 'an array of fields', fields);
  return fields.reduce((bits, field, index) => bits | FIELD_BITS.checkElement('by', index, field), 0);
}

/** The filter as a record. */
export function packFilter(filter: ConnectionFilter): Uint8Array {
  checkObject('filter', filter);
  FILTER_FIELDS.check('filter', filter, -1, (name) =>
    name === 'address' || name === 'port' || name === 'fwmark'
      ? `the service's side is a field of its own: { virtual: { ${name}: … } }`
      : undefined,
  );
  const memory = new Memory(new ArrayBuffer(CONNECTION_FILTER.size));
  const at = CONNECTION_FILTER.values;
  let fields = 0;
  if (filter.protocol !== undefined) {
    memory.setU8(at + CONNECTION.protocol, filterProtocol(filter.protocol));
    fields |= Bit.protocol;
  }
  if (filter.state !== undefined) {
    memory.setName(at + CONNECTION.state, checkState('filter.state', filter.state));
    fields |= Bit.state;
  }
  if (filter.template !== undefined) {
    if (typeof filter.template !== 'boolean')
      throw invalidType('filter.template', 'a boolean', filter.template);
    memory.setU8(at + CONNECTION.template, filter.template ? 1 : 0);
    fields |= Bit.template;
  }
  for (const side of ['client', 'virtual', 'destination'] as const) {
    const value = filter[side];
    if (value !== undefined) fields |= writeSide(memory, side, value);
  }
  memory.setU32(CONNECTION_FILTER.fields, fields);
  return memory.u8;
}

/** Also those that only entries have: a row of a count serves as a filter. */
function filterProtocol(value: unknown): number {
  if (value === 'ip') return 0;
  const number = Number(/^ip-(\d{1,3})$/.exec(String(value))?.[1]);
  return number <= 255 ? number : checkProtocol('filter.protocol', value);
}

function checkState(path: string, value: unknown): string {
  const expected = "a state as the kernel prints it, such as 'ESTABLISHED'";
  const state = checkString(path, value, expected);
  if (!/^[\x21-\x7e]{1,15}$/.test(state)) throw invalidValue(path, expected, state);
  return state;
}

function writeSide(memory: Memory, side: Side, value: Partial<Endpoint> | { fwmark: number }): number {
  const path = `filter.${side}`;
  checkObject(path, value, 'an object with address or port');
  (side === 'virtual' ? VIRTUAL_FIELDS : ENDPOINT_FIELDS).check(path, value);
  if (side === 'virtual' && 'fwmark' in value && value.fwmark !== undefined)
    return writeMark(memory, path, value);
  return writeEndpoint(memory, side, path, value as Partial<Endpoint>);
}

function writeMark(memory: Memory, path: string, value: Partial<Endpoint> & { fwmark: number }): number {
  if (value.address !== undefined || value.port !== undefined) {
    throw conflict(path, ' has a fwmark, or an address and a port');
  }
  const fwmark = checkInteger(`${path}.fwmark`, value.fwmark, 1, 0xffffffff);
  memory.setU32(CONNECTION_FILTER.values + CONNECTION.fwmark, fwmark);
  return Bit.fwmark;
}

function writeEndpoint(memory: Memory, side: Side, path: string, value: Partial<Endpoint>): number {
  const at = CONNECTION_FILTER.values;
  let fields = 0;
  if (value.address !== undefined) {
    const text = checkAddressText(`${path}.address`, value.address);
    const family = parseAddress(text, memory.u8, at + CONNECTION[side]);
    if (family === 0) throw invalidAddress(`${path}.address`, text);
    writeFamily(memory, side, path, text, family);
    fields |= Bit[`${side}Address`];
  }
  if (value.port !== undefined) {
    memory.setU16(at + CONNECTION[`${side}Port`], checkInteger(`${path}.port`, value.port, 0, 65535));
    fields |= Bit[`${side}Port`];
  }
  return fields;
}

/** Client and virtual address share a family, so a filter that gives both must too. */
function writeFamily(memory: Memory, side: Side, path: string, address: string, family: number): void {
  const at =
    CONNECTION_FILTER.values + (side === 'destination' ? CONNECTION.destinationFamily : CONNECTION.family);
  const other = memory.getU8(at);
  if (other !== 0 && other !== family) {
    throw invalidValue(`${path}.address`, "an address of filter.client.address's family", address);
  }
  memory.setU8(at, family);
}

/** By number. */
const PROTOCOLS = Array.from({ length: 256 }, (_, number) => (number === 0 ? 'ip' : protocolName(number)));

/** Reads the connection in the record at `offset`. */
export function readConnection(memory: Memory, offset: number): Connection {
  const connection: Connection = {
    protocol: readProtocol(memory, offset),
    client: readClient(memory, offset),
    virtual: readVirtual(memory, offset),
    destination: readDestination(memory, offset),
    state: readState(memory, offset),
    expires: memory.getU32(offset + CONNECTION.expires),
    template: readTemplate(memory, offset),
  };
  if (memory.getU8(offset + CONNECTION.engine) !== 0) connection.engine = readEngine(memory, offset);
  return connection;
}

/** The engines' data lie behind the part's connections; where they point to counts from the first one's. */
function readEngine(memory: Memory, offset: number): { name: string; data: string } {
  const first = CONNECTION_PART.size;
  const text = first + memory.getU32(CONNECTION_PART.count) * CONNECTION.size;
  const at = (record: number) => memory.getU32(record + CONNECTION.engineDataOffset);
  const length = memory.getU32(offset + CONNECTION.engineDataLength);
  return {
    name: memory.getName(offset + CONNECTION.engine, 20),
    data: memory.getText(text + at(offset) - at(first), length),
  };
}

/** Reads rows of a count: the fields that were asked for. */
export function countReader(by: readonly ConnectionField[]) {
  const has = (field: ConnectionField) => by.includes(field);
  return (memory: Memory, offset: number): ConnectionCount => ({
    ...(has('protocol') && { protocol: readProtocol(memory, offset) }),
    ...(has('client') && { client: readClient(memory, offset) }),
    ...(has('virtual') && { virtual: readVirtual(memory, offset) }),
    ...(has('destination') && { destination: readDestination(memory, offset) }),
    ...(has('state') && { state: readState(memory, offset) }),
    ...(has('template') && { template: readTemplate(memory, offset) }),
    count: memory.getU32(offset + CONNECTION.count),
  });
}

function readProtocol(memory: Memory, offset: number): Connection['protocol'] {
  return PROTOCOLS[memory.getU8(offset + CONNECTION.protocol)] as Connection['protocol'];
}

function readClient(memory: Memory, offset: number): Endpoint {
  const family = memory.getU8(offset + CONNECTION.family);
  return {
    address: formatAddress(family, memory.u8, offset + CONNECTION.client),
    port: memory.getU16(offset + CONNECTION.clientPort),
  };
}

function readVirtual(memory: Memory, offset: number): Connection['virtual'] {
  const fwmark = memory.getU32(offset + CONNECTION.fwmark);
  if (fwmark !== 0) return { fwmark };
  const family = memory.getU8(offset + CONNECTION.family);
  return {
    address: cachedAddress(family, memory, offset + CONNECTION.virtual),
    port: memory.getU16(offset + CONNECTION.virtualPort),
  };
}

function readDestination(memory: Memory, offset: number): Endpoint {
  const family = memory.getU8(offset + CONNECTION.destinationFamily);
  return {
    address: cachedAddress(family, memory, offset + CONNECTION.destination),
    port: memory.getU16(offset + CONNECTION.destinationPort),
  };
}

function readState(memory: Memory, offset: number): string {
  return cachedName(memory, offset + CONNECTION.state);
}

function readTemplate(memory: Memory, offset: number): boolean {
  return memory.getU8(offset + CONNECTION.template) !== 0;
}
