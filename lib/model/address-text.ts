/** Texts that are to be addresses: what the API and the command say of those that are none. */

import { type ArgumentError, checkString, invalidType, invalidValue } from '../errors/argument';
import { AF_INET, AF_INET6, type Family, parseAddress } from './address';
import { OneOf } from './one-of';

const FAMILIES = new OneOf<Family>([
  ['ipv4', 'ipv4'],
  ['ipv6', 'ipv6'],
]);

/** `ipv4` or `ipv6`. */
export function checkFamily(path: string, value: unknown): Family {
  return FAMILIES.check(path, value);
}

const ADDRESS = 'an IPv4 or IPv6 address';

/** A text that may be an address. */
export function checkAddressText(path: string, value: unknown): string {
  return checkString(path, value, ADDRESS);
}

/** The error of what is none. */
export function invalidAddress(path: string, value: unknown): ArgumentError {
  return typeof value === 'string'
    ? invalidValue(path, ADDRESS, value, addressHint(value))
    : invalidType(path, ADDRESS, value);
}

/** What may be meant by a text that is almost an address; nothing where it is no such text. */
export function addressHint(text: string): string {
  if (text.length > LONGEST_HINTED || isIP(text) !== 0) return '';
  const [, zoned = '', zone] = /^\[?([^%]+)(%[^\]]*)/.exec(text) ?? [];
  if (zone !== undefined && isIP(zoned) !== 0) return `IPVS has no zones: leave out ${zone}`;
  const [, bracketed = '', behind = ''] = /^\[([^\]]*)\](.*)$/.exec(text) ?? [];
  if (isIP(bracketed) !== 0) {
    return behind === ''
      ? 'it is written without brackets here'
      : 'the port is a field of its own, and the address is written without brackets';
  }
  const [, whole = '', length] = /^(.*)(\/\d+)$/.exec(text) ?? [];
  if (length !== undefined && isIP(whole) !== 0)
    return `this is one address: leave out the prefix length ${length}`;
  const [, before = '', port] = /^([^:]*):(\d+)$/.exec(text) ?? [];
  if (port !== undefined && isIP(before) === 4) return 'the port is a field of its own';
  if (isIP(text.trim()) !== 0) return 'leave out the blanks';
  if (/^0*\d+(\.0*\d+){3}$/.test(text) && isIP(text.replaceAll(/\b0+(?=\d)/g, '')) === 4) {
    return 'leave out the leading zeros, which some programs read as octal';
  }
  return /^(?=.*[a-z])[\w-]+(\.[\w-]+)*\.?$/i.test(text) ? 'names of hosts are not looked up' : '';
}

/** Longer than any address in brackets with a zone, a prefix length and a port, or a host's name. */
const LONGEST_HINTED = 300;

/** Where texts are parsed that only are to be told from others. */
const scratch = new Uint8Array(16);

/** 4, 6, or 0 for no address. */
export function isIP(text: string): 0 | 4 | 6 {
  const family = parseAddress(text, scratch, 0);
  return family === AF_INET ? 4 : family === AF_INET6 ? 6 : 0;
}
