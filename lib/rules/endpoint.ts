/** `host[:port]`: addresses in every form that C's library takes, and names. */

import type { Family } from '../model/address';
import { addressHint, isIP } from '../model/address-text';
import type { Protocol } from '../model/protocol';
import { shownWord } from './command-line-error';
import { readNumber } from './decimal';
import type { Hosts } from './host-names';
import { portOfService } from './port-names';

export interface GivenEndpoint {
  address: string;
  family: Family;
  /** `undefined` where none was given. */
  port: number | undefined;
}

/** `undefined` where the text is no endpoint. Throws `UnresolvedHost` for a name that has not been looked up yet. */
export function readEndpoint(
  text: string,
  protocol: Protocol | undefined,
  hosts: Hosts,
): GivenEndpoint | undefined {
  const usual = USUAL.exec(text);
  if (usual !== null) {
    const port = Number(usual[2]);
    return port <= 65535 ? { address: usual[1] as string, family: 'ipv4', port } : undefined;
  }
  if (DIGITS.test(text)) return undefined;
  let host = text;
  let port: string | undefined;
  const bracketed = text.startsWith('[');
  if (bracketed) {
    const end = text.indexOf(']');
    if (end < 0 || text[end + 1] !== ':') return undefined;
    host = text.slice(1, end);
    port = text.slice(end + 2);
  }
  if (isIP(host) === 6) {
    return withPort(host, 'ipv6', port, protocol);
  }
  if (bracketed) {
    // Without the brackets an IPv4 address has no place for a port.
    return withHost(host, undefined, protocol, hosts);
  }
  const colon = text.lastIndexOf(':');
  return colon < 0
    ? withHost(text, undefined, protocol, hosts)
    : withHost(text.slice(0, colon), text.slice(colon + 1), protocol, hosts);
}

/** As most endpoints are written. One expression: V8 compiles these to machine code sooner than loops. */
const USUAL = /^((?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}):(\d{1,5})$/;

const DIGITS = /^[0-9]*$/;

/** What is wrong with a text that `readEndpoint` does not take. */
export function whyNoEndpoint(text: string, protocol: Protocol | undefined, hosts: Hosts): string {
  if (DIGITS.test(text)) return 'an address is missing';
  const almost = whatIsTooMuch(text);
  if (almost !== '') return almost;
  const [, host = '', port] = /^\[?(.*?)\]?(?::([^:\]]*))?$/.exec(text) ?? [];
  if (port !== undefined && readNumber(port, 0, 65535) === undefined) {
    const service = protocol === undefined ? 'a service' : `a ${protocol} service`;
    if (portOfService(port, protocol) === undefined)
      return `${shownWord(port)} is neither a port nor the name of ${service}`;
  }
  if (host === '') return 'an address is missing';
  if (!host.includes(':') && readIPv4(host, hosts) === undefined)
    return `${shownWord(host)} is neither an address nor a host that has an IPv4 address`;
  return IPV6_FORM;
}

export const IPV6_FORM = 'an IPv6 address with a port is written [address]:port';

/** Of an address with a zone or a prefix length. */
function whatIsTooMuch(text: string): string {
  const [, host = '', extra = ''] = /^\[?([^%/\]]*)([%/][^:\]]*)?\]?(?::[^:]*)?$/.exec(text) ?? [];
  return extra === '' ? '' : addressHint(host + extra);
}

function withHost(host: string, port: string | undefined, protocol: Protocol | undefined, hosts: Hosts) {
  const address = readIPv4(host, hosts);
  return address === undefined ? undefined : withPort(address, 'ipv4', port, protocol);
}

function withPort(
  address: string,
  family: Family,
  portText: string | undefined,
  protocol: Protocol | undefined,
): GivenEndpoint | undefined {
  if (portText === undefined) return { address, family, port: undefined };
  const port = readNumber(portText, 0, 65535) ?? portOfService(portText, protocol);
  return port === undefined ? undefined : { address, family, port };
}

/** The dotted form of an IPv4 address in any form, or of the address of a host. */
export function readIPv4(text: string, hosts: Hosts): string | undefined {
  if (isIP(text) === 4) return text;
  return readLooseIPv4(text) ?? hosts.address(text);
}

/**
 * One to four numbers, each decimal, octal after `0` or hexadecimal after `0x`; the last fills the bytes that are
 * left: `10.1` is 10.0.0.1. As inet_aton has it.
 */
function readLooseIPv4(text: string): string | undefined {
  const parts = text.split('.');
  if (parts.length > 4 || !parts.every((part) => LOOSE_NUMBER.test(part))) return undefined;
  const numbers = parts.map((part) => (/^0[0-7]+$/.test(part) ? Number.parseInt(part, 8) : Number(part)));
  const last = numbers.pop() as number;
  if (numbers.some((number) => number > 255) || last >= 256 ** (4 - numbers.length)) return undefined;
  for (let byte = 3 - numbers.length; byte >= 0; byte--) numbers.push(Math.floor(last / 256 ** byte) % 256);
  return numbers.join('.');
}

const LOOSE_NUMBER = /^(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/;
