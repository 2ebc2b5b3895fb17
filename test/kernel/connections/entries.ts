import { type Entry, Flag, Protocol } from '../../../benchmarks/connections/backup.cjs';
import type { Connection } from '../../../lib/index';

/** Seconds that entries live. */
const TIMEOUT = 600;

/** An entry, and what the library is to make of it. */
export interface Case {
  entry: Entry;
  connection: Connection;
}

/** In the order of net/netfilter/ipvs/ip_vs_proto_tcp.c. */
const TCP_STATES = [
  ...['NONE', 'ESTABLISHED', 'SYN_SENT', 'SYN_RECV', 'FIN_WAIT', 'TIME_WAIT', 'CLOSE', 'CLOSE_WAIT'],
  ...['LAST_ACK', 'LISTEN', 'SYNACK'],
];
/** In the order of net/netfilter/ipvs/ip_vs_proto_sctp.c. */
const SCTP_STATES = [
  ...['NONE', 'INIT1', 'INIT', 'C-SENT', 'C-REPLIED', 'C-WAIT', 'COOKIE', 'C-ECHOED', 'ESTABLISHED'],
  ...['S-SENT', 'S-RECEIVED', 'S-ACK-SENT', 'REJECTED', 'CLOSED'],
];
const TEMPLATE_STATES = ['NONE', 'ASSURED'];

const IPV4 = {
  client: { address: '203.0.113.9', port: 40000 },
  virtual: { address: '198.51.100.1', port: 80 },
  destination: { address: '10.77.0.1', port: 8080 },
};
const IPV6 = {
  client: { address: '2001:db8:9::1', port: 40000 },
  virtual: { address: '2001:db8::80', port: 80 },
  destination: { address: 'fd77::1', port: 8080 },
};
const NETWORK = { address: '203.0.113.0', port: 0 };

/** An entry of every kind, none twice. */
export function everyKind(): Case[] {
  return [
    ...TCP_STATES.map((state, number) => flow('tcp', state, number, at(IPV4, 1000 + number))),
    ...TCP_STATES.map((state, number) => flow('tcp', state, number, at(IPV6, 1000 + number))),
    ...SCTP_STATES.map((state, number) => flow('sctp', state, number, at(IPV4, 2000 + number))),
    flow('udp', 'UDP', 0, at(IPV4, 3000)),
    // Their ports are of no protocol but ISAKMP's. The kernel has no name for their state.
    flow('ip-50', 'ERR!', 0, at(IPV4, 500)),
    flow('ip-51', 'ERR!', 0, at(IPV4, 500)),
    ...TEMPLATE_STATES.map((state, number) =>
      template('tcp', state, number, { ...IPV4, client: { address: `203.0.${number}.0`, port: 0 } }),
    ),
    template('tcp', 'NONE', 0, { ...IPV6, client: { address: '2001:db8:9::', port: 0 } }),
    template('ip-1', 'NONE', 0, { ...IPV4, client: NETWORK }),
    template('ip', 'ASSURED', 1, { ...IPV4, client: NETWORK, virtual: { fwmark: 0x80000007 } }),
    template('ip', 'NONE', 0, {
      ...IPV6,
      client: { address: '2001:db8:9::', port: 0 },
      virtual: { fwmark: 7 },
    }),
    engineTemplate('6vdb9-abc@203.0.113.9'),
    engineTemplate('blanks in it, and ünïcode'),
    // What ip_vs_ftp expects: a connection of a client whose port is not known yet.
    expected(),
  ];
}

type Sides = Pick<Entry, 'client' | 'virtual' | 'destination'>;

function at(sides: typeof IPV4, port: number): Sides {
  return { ...sides, client: { ...sides.client, port } };
}

function flow(protocol: string, state: string, number: number, sides: Sides): Case {
  return {
    entry: { ...sides, protocol: numberOf(protocol), state: number, timeout: TIMEOUT },
    connection: connection({ ...sides, protocol, state, template: false }),
  };
}

function template(protocol: string, state: string, number: number, sides: Sides): Case {
  const { entry, connection } = flow(protocol, state, number, sides);
  return { entry: { ...entry, flags: Flag.template }, connection: { ...connection, template: true } };
}

function engineTemplate(data: string): Case {
  const engine = { name: 'sip', data };
  const sides = { ...IPV4, client: { address: '203.0.113.77', port: 0 } };
  const { entry, connection } = template('udp', 'ASSURED', 1, sides);
  return { entry: { ...entry, engine }, connection: { ...connection, engine } };
}

function expected(): Case {
  const { entry, connection } = flow('tcp', 'LISTEN', TCP_STATES.indexOf('LISTEN'), at(IPV4, 0));
  return { entry: { ...entry, flags: Flag.noClientPort }, connection };
}

function connection(fields: Sides & { protocol: string; state: string; template: boolean }): Connection {
  const { protocol, client, virtual, destination, state, template } = fields;
  const named = protocol as Connection['protocol'];
  return { protocol: named, client, virtual, destination, state, expires: TIMEOUT, template };
}

function numberOf(protocol: string): number {
  const named: Record<string, number> = Protocol;
  return named[protocol] ?? Number(protocol.slice('ip-'.length));
}
