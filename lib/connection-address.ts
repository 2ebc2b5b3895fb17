/** Text of clients' addresses: there may be a million, none like another, so no memo helps. */

import { AF_INET6, formatAddress } from './address';

const OCTETS = Array.from({ length: 256 }, (_, octet) => `${octet}`);
const OCTETS_AND_DOT = OCTETS.map((octet) => `${octet}.`);

/** The canonical text of the address at `offset`. */
export function formatClient(family: number, bytes: Uint8Array, offset: number): string {
  return family === AF_INET6 ? formatAddress(family, bytes, offset) : formatIPv4(bytes, offset);
}

/** Put together of texts that there are already, half by half: twice as fast as a template, and less for the collector. */
function formatIPv4(bytes: Uint8Array, offset: number): string {
  const network = text(OCTETS_AND_DOT, bytes, offset) + text(OCTETS_AND_DOT, bytes, offset + 1);
  return network + (text(OCTETS_AND_DOT, bytes, offset + 2) + text(OCTETS, bytes, offset + 3));
}

function text(texts: readonly string[], bytes: Uint8Array, offset: number): string {
  return texts[bytes[offset] as number] as string;
}
