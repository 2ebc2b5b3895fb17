/**
 * IPv4 and IPv6 addresses: text <-> the bytes that the kernel takes. The parser is our own, and the only one: Node's is
 * in `node:net`, whose loading takes 43 million instructions, a third of Node's start.
 */

/** The two address families of IPVS. */
export type Family = 'ipv4' | 'ipv6';

/** Linux's numbers of the families. */
export const AF_INET = 2;
export const AF_INET6 = 10;

/** `AF_INET` for `ipv4`, `AF_INET6` for `ipv6`. */
export function familyNumber(family: Family): number {
  return family === 'ipv6' ? AF_INET6 : AF_INET;
}

/** The family whose number it is. */
export function familyName(number: number): Family {
  return number === AF_INET6 ? 'ipv6' : 'ipv4';
}

/**
 * Writes the address at `offset`, in network order, and returns its family: `AF_INET` (4 bytes) or `AF_INET6`
 * (16 bytes); 0 where the text is no address, and then nothing is written. One with a zone is none: the kernel's IPVS
 * has no place for zones.
 */
export function parseAddress(text: string, bytes: Uint8Array, offset: number): number {
  if (parseIPv4(text, bytes, offset)) return AF_INET;
  return text.includes(':') && parseIPv6(text, bytes, offset) ? AF_INET6 : 0;
}

const ZERO = 48;
/** Counted from `ZERO`, as digits are. */
const DOT = -2;

/**
 * Writes a dotted quad; false where the text is none, and then nothing is written. Octets have no leading zeros, which
 * some read as octal. By hand, since most of what a batch of rules spends on checking it spends here.
 */
function parseIPv4(text: string, bytes: Uint8Array, offset: number): boolean {
  let before = 0;
  let dots = 0;
  /** -1 as long as it has no digit. */
  let octet = -1;
  const { length } = text; // read once: V8 would read it for each character
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit === DOT) {
      if (octet < 0 || dots === 3) return false;
      before = (before << 8) | octet;
      dots++;
      octet = -1;
    } else {
      if (digit < 0 || digit > 9 || octet === 0) return false;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return false;
    }
  }
  if (octet < 0 || dots !== 3) return false;
  bytes[offset] = before >> 16;
  bytes[offset + 1] = before >> 8;
  bytes[offset + 2] = before;
  bytes[offset + 3] = octet;
  return true;
}

const COLON = 58;
/** The groups before and after `::`, as they are read. */
const groups = new Uint8Array(16);

/** Writes eight groups, or fewer where `::` stands for zeros; the last two may be a dotted quad. */
function parseIPv6(text: string, bytes: Uint8Array, offset: number): boolean {
  const end = text.length;
  let length = 0;
  /** Where the zeros belong; -1 as long as there is no `::`. */
  let gap = -1;
  let at = 0;
  if (text.startsWith('::')) {
    gap = 0;
    at = 2;
  }
  while (at < end) {
    const start = at;
    let group = 0;
    for (let digit = hexDigit(text, at); digit >= 0; digit = hexDigit(text, ++at)) group = group * 16 + digit;
    if (text[at] === '.') {
      if (length > 12 || !parseIPv4(text.slice(start), groups, length)) return false;
      length += 4;
      break;
    }
    if (at === start || at - start > 4 || length > 14) return false;
    groups[length++] = group >> 8;
    groups[length++] = group;
    if (at === end) break;
    if (text.charCodeAt(at) !== COLON || ++at === end) return false;
    if (text.charCodeAt(at) === COLON) {
      if (gap >= 0) return false;
      gap = length;
      at++;
    }
  }
  if (gap < 0 ? length !== 16 : length > 14) return false;
  const tail = gap < 0 ? 0 : length - gap;
  bytes.fill(0, offset, offset + 16);
  bytes.set(groups.subarray(0, length - tail), offset);
  bytes.set(groups.subarray(length - tail, length), offset + 16 - tail);
  return true;
}

/** The value of the hexadecimal digit there, or -1. */
function hexDigit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** The canonical text of the address at `offset`. */
export function formatAddress(family: number, bytes: Uint8Array, offset: number): string {
  return family === AF_INET6 ? formatIPv6(bytes, offset) : formatIPv4(bytes, offset);
}

/** Each octet as text, alone and with a dot: made with the first address. */
const OCTETS: string[] = [];
const OCTETS_AND_DOT: string[] = [];

function fillOctets(): void {
  for (let octet = 0; octet < 256; octet++) {
    OCTETS.push(`${octet}`);
    OCTETS_AND_DOT.push(`${octet}.`);
  }
}

/** Put together of texts that there are already, half by half: twice as fast as a template, and less for the collector. */
function formatIPv4(bytes: Uint8Array, offset: number): string {
  if (OCTETS.length === 0) fillOctets();
  const network = text(OCTETS_AND_DOT, bytes, offset) + text(OCTETS_AND_DOT, bytes, offset + 1);
  return network + (text(OCTETS_AND_DOT, bytes, offset + 2) + text(OCTETS, bytes, offset + 3));
}

function text(texts: readonly string[], bytes: Uint8Array, offset: number): string {
  return texts[bytes[offset] as number] as string;
}

/** RFC 5952: the first of the longest runs of zero groups is left out, and an embedded IPv4 address is dotted. */
function formatIPv6(bytes: Uint8Array, offset: number): string {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) {
    groups.push(((bytes[offset + i] as number) << 8) | (bytes[offset + i + 1] as number));
  }
  const zeros = longestZeroRun(groups);
  const embeds = zeros.start === 0 && (zeros.length === 6 || (zeros.length === 5 && groups[5] === 0xffff));
  const parts = (embeds ? groups.slice(0, 6) : groups).map((group) => group.toString(16));
  if (embeds) parts.push(formatIPv4(bytes, offset + 12));
  if (zeros.length < 2) return parts.join(':');
  const head = parts.slice(0, zeros.start).join(':');
  const tail = parts.slice(embeds ? Math.min(zeros.length, 6) : zeros.start + zeros.length).join(':');
  return `${head}::${tail}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > longest.length) longest = { start, length };
    start += length;
  }
  return longest;
}

/** `10.0.0.1:80`, `[2001:db8::1]:80`. */
export function formatEndpoint(endpoint: { address: string; port: number }): string {
  return endpoint.address.includes(':')
    ? `[${endpoint.address}]:${endpoint.port}`
    : `${endpoint.address}:${endpoint.port}`;
}
