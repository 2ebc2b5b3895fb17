/** What names a service, as a record: an address, or a firewall mark. */

import { checkInteger, checkObject, conflict } from '../errors/argument';
import { AF_INET6, familyName, familyNumber } from '../model/address';
import { checkAddressText, checkFamily, invalidAddress } from '../model/address-text';
import { checkProtocol, protocolName } from '../model/protocol';
import { SERVICE_FIELDS, type ServiceKey } from '../model/service';
import { cachedAddress, parseCachedAddress } from './caches';
import { Memory } from './memory';
import { SERVICE } from './records';

/** Bound here: as a property of what is imported each offset costs several instructions. */
const AT = SERVICE;

const KEY = 'an object with protocol, address and port, or with fwmark';

type Key = Record<string, unknown>;

/** What names the service goes into the record at `offset`. Returns the family, as the kernel's number. */
export function writeServiceKey(memory: Memory, offset: number, key: unknown): number {
  checkObject('service', key, KEY);
  SERVICE_FIELDS.check('service', key, (key as Key).family === undefined ? 3 : 4);
  return writeKey(memory, offset, key as Key);
}

/** As `writeServiceKey`, where the caller has checked that it is an object and what fields it has. */
export function writeKey(memory: Memory, offset: number, key: Key): number {
  return key.fwmark === undefined ? writeAddress(memory, offset, key) : writeMark(memory, offset, key);
}

function writeMark(memory: Memory, offset: number, key: Key): number {
  for (const field of ['protocol', 'address', 'port']) {
    if (key[field] === undefined) continue;
    throw conflict(
      'service',
      ` is named either by protocol, address and port or by fwmark, and has both ${field} and fwmark`,
    );
  }
  memory.setU32(offset + AT.fwmark, checkInteger('service.fwmark', key.fwmark, 1, 0xffffffff));
  const family = familyNumber(key.family === undefined ? 'ipv4' : checkFamily('service.family', key.family));
  memory.setU16(offset + AT.family, family);
  return family;
}

/** The last service that was named by its address, and its record: rules in a row are mostly of the same. */
let latest = { protocol: '' as unknown, address: '' as unknown, port: -1 as unknown, family: 0 };
const latestRecord = new Memory(new ArrayBuffer(AT.size));

function writeAddress(memory: Memory, offset: number, key: Key): number {
  const { protocol, address, port, family } = key;
  if (address !== latest.address || port !== latest.port || protocol !== latest.protocol) {
    latest = readLatest(protocol, address, port);
  }
  if (family !== undefined && checkFamily('service.family', family) !== familyName(latest.family)) {
    throw conflict('service.family', (name) => ` is ${family}, but ${name('service.address')} is ${address}`);
  }
  // Family, protocol and port.
  memory.setU32(offset, latestRecord.getU32(0));
  memory.setU32(offset + 4, latestRecord.getU32(4));
  const bytes = latest.family === AF_INET6 ? 16 : 4;
  for (let at = AT.address; at < AT.address + bytes; at += 4) {
    memory.setU32(offset + at, latestRecord.getU32(at));
  }
  return latest.family;
}

/** Fills in the latest record. */
function readLatest(protocol: unknown, address: unknown, port: unknown): typeof latest {
  const record = latestRecord;
  const number = checkProtocol('service.protocol', protocol);
  // A bad one must not pass for the latest whose record it has begun to overwrite.
  latest.port = -1;
  const text = checkAddressText('service.address', address);
  const checkedPort = checkInteger('service.port', port, 0, 65535);
  const family = parseCachedAddress(text, record, AT.address);
  if (family === 0) throw invalidAddress('service.address', text);
  record.setU16(AT.family, family);
  record.setU16(AT.protocol, number);
  record.setU16(AT.port, checkedPort);
  return { protocol, address, port, family };
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
