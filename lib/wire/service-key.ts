/** What names a service: an address, or a firewall mark. */

import { checkInteger, checkObject, checkString, conflict, invalidValue } from '../errors/argument';
import { AF_INET6, familyName, familyNumber, formatEndpoint } from '../model/address';
import { Names } from '../model/one-of';
import { checkProtocol } from '../model/protocol';
import type { Family, ServiceKey } from '../model/types';
import { parseKnownAddress } from './known-address';
import { Memory, SERVICE } from './records';

/** Bound here: as a property of what is imported each offset costs several instructions. */
const AT = SERVICE;

const KEY = 'an object with protocol, address and port, or with fwmark';
const ADDRESS = 'an IPv4 or IPv6 address';

const FAMILIES = new Names<Family>([
  ['ipv4', 'ipv4'],
  ['ipv6', 'ipv6'],
]);

type Fields = Record<string, unknown>;

/** `tcp 10.0.0.1:80`, `fwmark 7`, `fwmark 7 (ipv6)`: how messages name a service. */
export function describeService(key: ServiceKey): string {
  if ('fwmark' in key && key.fwmark !== undefined) {
    return key.family === 'ipv6' ? `fwmark ${key.fwmark} (ipv6)` : `fwmark ${key.fwmark}`;
  }
  const address = key as Exclude<ServiceKey, { fwmark: number }>;
  return `${address.protocol} ${formatEndpoint(address)}`;
}

/** What names the service goes into the record at `offset`. Returns the family, as the kernel's number. */
export function writeServiceKey(memory: Memory, offset: number, key: unknown): number {
  checkObject('service', key, KEY);
  const fields = key as Fields;
  return fields.fwmark === undefined
    ? writeAddress(memory, offset, fields)
    : writeMark(memory, offset, fields);
}

function writeMark(memory: Memory, offset: number, key: Fields): number {
  for (const field of ['protocol', 'address', 'port']) {
    if (key[field] === undefined) continue;
    throw conflict(
      `service is named either by protocol, address and port or by fwmark, and has both ${field} and fwmark`,
    );
  }
  memory.setU32(offset + AT.fwmark, checkInteger('service.fwmark', key.fwmark, 1, 0xffffffff));
  const family = familyNumber(
    key.family === undefined ? 'ipv4' : FAMILIES.check('service.family', key.family),
  );
  memory.setU16(offset + AT.family, family);
  return family;
}

/** The last service that was named by its address, and its record: rules in a row are mostly of the same. */
let latest = { protocol: '' as unknown, address: '' as unknown, port: -1 as unknown, family: 0 };
const latestRecord = new Memory(new ArrayBuffer(AT.size));

function writeAddress(memory: Memory, offset: number, key: Fields): number {
  const { protocol, address, port, family } = key;
  if (address !== latest.address || port !== latest.port || protocol !== latest.protocol) {
    latest = checkAddress(protocol, address, port);
  }
  if (family !== undefined && FAMILIES.check('service.family', family) !== familyName(latest.family)) {
    throw conflict(`service.family is ${family}, but service.address is ${address}`);
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
function checkAddress(protocol: unknown, address: unknown, port: unknown): typeof latest {
  const record = latestRecord;
  const number = checkProtocol('service.protocol', protocol);
  const text = checkString('service.address', address, ADDRESS);
  const checkedPort = checkInteger('service.port', port, 0, 65535);
  const family = parseKnownAddress(text, record, AT.address);
  if (family === 0) throw invalidValue('service.address', ADDRESS, text);
  record.setU16(AT.family, family);
  record.setU16(AT.protocol, number);
  record.setU16(AT.port, checkedPort);
  return { protocol, address, port, family };
}
