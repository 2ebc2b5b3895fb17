/** What names a service, as a record: an address, or a firewall mark. */

import { checkInteger, checkObject, conflict } from '../errors/argument';
import { fieldCount, NOTHING } from '../errors/fields';
import { AF_INET6, familyName, familyNumber } from '../model/address';
import { checkAddressText, checkFamily, invalidAddress } from '../model/address-text';
import { checkProtocol, protocolName } from '../model/protocol';
import { SERVICE_FIELDS, type ServiceKey } from '../model/service';
import { cachedAddress, parseCachedAddress } from './caches';
import { Memory } from './memory';
import { SERVICE } from './records';

/** Bound here: as a property of what is imported each offset costs several instructions. */
const AT = SERVICE;
const { fwmark: MARK_AT, address: ADDRESS_AT } = SERVICE;

const KEY = 'an object with protocol, address and port, or with fwmark';

type Key = Record<string, unknown>;

/** Stands for no address, whatever a caller may say. */
const NONE = Symbol('none');

/** Of a record, what names the service; a multiple of eight. */
const KEY_BYTES = 32;

/**
 * The last service that was named, and its record: rules in a row are mostly of the same. It is always the same object, so
 * that compiled code knows where it lies, and has the words of the record of an IPv4 service beside it.
 */
const latest = {
  /** As they were said. The address is `NONE` where the last one was named by its mark, or was bad. */
  protocol: undefined as unknown,
  address: NONE as unknown,
  port: undefined as unknown,
  family: 0,
  familyAndProtocol: 0,
  portWord: 0,
  mark: 0,
  firstOctets: 0,
};
const latestRecord = new Memory(new ArrayBuffer(KEY_BYTES));

/** What names the service goes into the record at `offset`. Returns the family, as the kernel's number. */
export function writeServiceKey(memory: Memory, offset: number, key: unknown): number {
  // What says what the latest said, and no more, is an object: to ask that first takes longer than to write the record.
  const given = (key ?? NOTHING) as Key;
  const { protocol, address, port, fwmark, family } = given;
  const known = latest;
  const isKnown = address === known.address && port === known.port && protocol === known.protocol;
  if (!isKnown || fwmark !== undefined || family !== undefined || fieldCount(given) !== 3) {
    checkObject('service', key, KEY);
    SERVICE_FIELDS.check('service', key, family === undefined ? 3 : 4);
    readLatest(protocol, address, port, fwmark, family);
  }
  return writeLatest(memory, offset);
}

/** As `writeServiceKey`, where the caller has checked that it is an object and what fields it has. */
export function writeKey(memory: Memory, offset: number, key: Key): number {
  const { protocol, address, port, fwmark, family } = key;
  readLatest(protocol, address, port, fwmark, family);
  return writeLatest(memory, offset);
}

function writeLatest(memory: Memory, offset: number): number {
  const { family, familyAndProtocol, portWord, mark, firstOctets } = latest;
  memory.setFourU32(offset, familyAndProtocol, portWord, mark, firstOctets);
  if (family === AF_INET6) writeRest(memory, offset);
  return family;
}

/** What of an address lies beyond an IPv4 one. */
function writeRest(memory: Memory, offset: number): void {
  for (let at = ADDRESS_AT + 4; at < ADDRESS_AT + 16; at += 4) {
    memory.setU32(offset + at, latestRecord.getU32(at));
  }
}

function readLatest(
  protocol: unknown,
  address: unknown,
  port: unknown,
  fwmark: unknown,
  family: unknown,
): void {
  const record = latestRecord;
  // A bad one must not pass for the latest whose record it has begun to overwrite.
  latest.address = NONE;
  record.clear(0, KEY_BYTES);
  if (fwmark === undefined) readAddress(record, protocol, address, port, family);
  else readMark(record, { protocol, address, port }, fwmark, family);
  latest.family = record.getU16(AT.family);
  latest.familyAndProtocol = record.getI32(0);
  latest.portWord = record.getI32(4);
  latest.mark = record.getI32(MARK_AT);
  latest.firstOctets = record.getI32(ADDRESS_AT);
}

function readMark(record: Memory, endpoint: Key, fwmark: unknown, family: unknown): void {
  for (const field in endpoint) {
    if (endpoint[field] === undefined) continue;
    throw conflict(
      'service',
      ` is named either by protocol, address and port or by fwmark, and has both ${field} and fwmark`,
    );
  }
  record.setU32(AT.fwmark, checkInteger('service.fwmark', fwmark, 1, 0xffffffff));
  record.setU16(
    AT.family,
    familyNumber(family === undefined ? 'ipv4' : checkFamily('service.family', family)),
  );
}

function readAddress(
  record: Memory,
  protocol: unknown,
  address: unknown,
  port: unknown,
  said: unknown,
): void {
  record.setU16(AT.protocol, checkProtocol('service.protocol', protocol));
  const text = checkAddressText('service.address', address);
  record.setU16(AT.port, checkInteger('service.port', port, 0, 65535));
  const family = parseCachedAddress(text, record, AT.address);
  if (family === 0) throw invalidAddress('service.address', text);
  record.setU16(AT.family, family);
  if (said !== undefined && checkFamily('service.family', said) !== familyName(family)) {
    throw conflict('service.family', (name) => ` is ${said}, but ${name('service.address')} is ${address}`);
  }
  latest.protocol = protocol;
  latest.address = address;
  latest.port = port;
}

/** What names the service at `offset`. */
export function readServiceKey(memory: Memory, offset: number): ServiceKey {
  const family = memory.getU16(offset + AT.family);
  const fwmark = memory.getU32(offset + AT.fwmark);
  if (fwmark !== 0) return { fwmark, family: familyName(family) };
  return {
    protocol: protocolName(memory.getU16(offset + AT.protocol)),
    address: cachedAddress(family, memory, offset + AT.address),
    port: memory.getU16(offset + AT.port),
  };
}
