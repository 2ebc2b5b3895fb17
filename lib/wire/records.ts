/**
 * TypeScript's side of the packed structs that cross the seam: where each field lies in them. A unit test holds this
 * equal to what the C++ compiler makes of native/ipvs/records.h.
 */

/** What a request asks for; the numbers of native/ipvs/records.h. */
export const Operation = {
  nothing: 0,
  addService: 1,
  setService: 2,
  deleteService: 3,
  getService: 4,
  addDestination: 5,
  setDestination: 6,
  deleteDestination: 7,
  listDestinations: 8,
  startDaemon: 9,
  stopDaemon: 10,
  listDaemons: 11,
  setTimeouts: 12,
  getTimeouts: 13,
  listServices: 14,
  getInfo: 15,
  zero: 16,
  flush: 17,
  table: 18,
  getStats: 19,
  patchService: 20,
  patchDestination: 21,
  /** As `table` and `listDestinations`, without counters: rows of `SERVICE_STATE` and `DESTINATION_STATE` bytes. */
  tableState: 23,
  listDestinationsState: 24,
} as const;

/** What a patch changes. */
export const ServiceChange = {
  scheduler: 1,
  flags: 2,
  persistence: 4,
  timeout: 8,
  netmask: 16,
  engine: 32,
  /** Not a change: the flags mean something with the record's scheduler only. */
  flagsOfScheduler: 64,
  noPersistence: 128,
} as const;

export const DestinationChange = {
  forward: 1,
  weight: 2,
  upperThreshold: 4,
  lowerThreshold: 8,
  tunnel: 16,
} as const;

export const REQUEST = {
  size: 96,
  operation: 0,
  changes: 4,
  service: 8,
  destination: 36,
  daemon: 36,
  timeouts: 36,
} as const;

export const STATUS = { size: 16, error: 0, offset: 4, count: 8, textLength: 12 } as const;

export const SERVICE = {
  size: 160,
  family: 0,
  protocol: 2,
  port: 4,
  fwmark: 8,
  address: 12,
  flags: 28,
  timeout: 32,
  netmask: 36,
  destinations: 40,
  scheduler: 44,
  engine: 60,
  stats: 80,
} as const;

export const DESTINATION = {
  size: 136,
  family: 0,
  port: 2,
  forward: 4,
  weight: 8,
  upperThreshold: 12,
  lowerThreshold: 16,
  tunnelPort: 20,
  tunnelFlags: 22,
  tunnelType: 24,
  activeConnections: 28,
  inactiveConnections: 32,
  persistentConnections: 36,
  address: 40,
  stats: 56,
} as const;

/** The bytes of a row without counters, which stand last in the rows that have them. */
export const SERVICE_STATE = SERVICE.stats;
export const DESTINATION_STATE = DESTINATION.stats;

/** Five 64-bit totals, then as many rates as doubles. */
export const STATS = { size: 80, connections: 0, rates: 40 } as const;

export const DAEMON = {
  size: 48,
  state: 0,
  syncId: 4,
  maxLength: 8,
  port: 10,
  groupFamily: 12,
  ttl: 14,
  group: 16,
  interface: 32,
} as const;

export const TIMEOUTS = { size: 12, tcp: 0, tcpFin: 4, udp: 8 } as const;

export const INFO = { size: 12, version: 0, connectionTableSize: 4, channel: 8 } as const;

export const CONNECTION = {
  size: 116,
  protocol: 0,
  family: 1,
  destinationFamily: 2,
  template: 3,
  clientPort: 4,
  virtualPort: 6,
  destinationPort: 8,
  fwmark: 12,
  client: 16,
  virtual: 32,
  destination: 48,
  state: 64,
  expires: 80,
  count: 84,
  engine: 88,
  engineDataOffset: 108,
  engineDataLength: 112,
} as const;

/** Before the connections of a part; behind them comes the text. */
export const CONNECTION_PART = { size: 20, error: 0, count: 4, rest: 8, last: 12, textLength: 16 } as const;

export const CONNECTION_FILTER = { size: 120, fields: 0, values: 4 } as const;

/** Which fields of a connection a filter compares, or a count keeps. */
export const ConnectionFieldBit = {
  protocol: 1,
  state: 2,
  template: 4,
  clientAddress: 8,
  clientPort: 16,
  virtualAddress: 32,
  virtualPort: 64,
  destinationAddress: 128,
  destinationPort: 256,
  fwmark: 512,
} as const;
