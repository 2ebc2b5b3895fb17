/** Who listens on a port of this machine, by the kernel's tables of sockets. */

import { endianness } from 'node:os';
import { AF_INET, AF_INET6, formatAddress } from '../../model/address';
import type { Protocol } from '../../model/protocol';
import type { Inspection } from './inspection';

const FOLDER = '/proc/thread-self/net';
const TABLES: Record<'tcp' | 'udp', string[]> = {
  tcp: [`${FOLDER}/tcp`, `${FOLDER}/tcp6`],
  udp: [`${FOLDER}/udp`, `${FOLDER}/udp6`],
};

/** The states of a socket that waits for anybody: TCP_LISTEN, and TCP_CLOSE of an unconnected datagram socket. */
const WAITING = { tcp: '0A', udp: '07' };

/** The addresses on which something listens on a port; `0.0.0.0` and `::` are all. SCTP's are not told. */
export async function readListeners(
  inspection: Inspection,
  protocol: Protocol,
  port: number,
): Promise<string[] | undefined> {
  if (protocol === 'sctp') return undefined;
  const files = await inspection.files('the sockets', TABLES[protocol]);
  if (files.size === 0) return undefined;
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const row = new RegExp(`^ *\\d+: ([0-9A-F]+):${hex} [0-9A-F]+:0000 ${WAITING[protocol]} `, 'gm');
  return [...files.values()].flatMap((text) =>
    [...text.matchAll(row)].map(([, address = '']) => addressOf(address)),
  );
}

/** Words of four bytes in the machine's order. */
function addressOf(hex: string): string {
  const words = Buffer.from(hex, 'hex');
  if (endianness() === 'LE') words.swap32();
  return formatAddress(words.length === 16 ? AF_INET6 : AF_INET, words, 0);
}
