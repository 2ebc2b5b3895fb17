/** The IPVS family's numbers once more, independent of native/ipvs/uapi.h: names as the kernel's header has them. */

export const COMMANDS = [
  '',
  'NEW_SERVICE',
  'SET_SERVICE',
  'DEL_SERVICE',
  'GET_SERVICE',
  'NEW_DEST',
  'SET_DEST',
  'DEL_DEST',
  'GET_DEST',
  'NEW_DAEMON',
  'DEL_DAEMON',
  'GET_DAEMON',
  'SET_CONFIG',
  'GET_CONFIG',
  'SET_INFO',
  'GET_INFO',
  'ZERO',
  'FLUSH',
] as const;

export type CommandName = Exclude<(typeof COMMANDS)[number], ''>;

export function commandNumber(name: CommandName): number {
  return COMMANDS.indexOf(name);
}

/** An attribute's name, and those that are nested in it. */
interface Schema {
  [type: number | string]: readonly [name: string, nested?: Schema];
}

/** What a nest of statistics holds. */
export const COUNTERS = [
  'CONNS',
  'INPKTS',
  'OUTPKTS',
  'INBYTES',
  'OUTBYTES',
  'CPS',
  'INPPS',
  'OUTPPS',
  'INBPS',
  'OUTBPS',
];

const STATS: Schema = Object.fromEntries([...COUNTERS, 'PAD'].map((name, index) => [index + 1, [name]]));

const SERVICE: Schema = {
  1: ['AF'],
  2: ['PROTOCOL'],
  3: ['ADDR'],
  4: ['PORT'],
  5: ['FWMARK'],
  6: ['SCHED_NAME'],
  7: ['FLAGS'],
  8: ['TIMEOUT'],
  9: ['NETMASK'],
  10: ['STATS', STATS],
  11: ['PE_NAME'],
  12: ['STATS64', STATS],
};

const DEST: Schema = {
  1: ['ADDR'],
  2: ['PORT'],
  3: ['FWD_METHOD'],
  4: ['WEIGHT'],
  5: ['U_THRESH'],
  6: ['L_THRESH'],
  7: ['ACTIVE_CONNS'],
  8: ['INACT_CONNS'],
  9: ['PERSIST_CONNS'],
  10: ['STATS', STATS],
  11: ['ADDR_FAMILY'],
  12: ['STATS64', STATS],
  13: ['TUN_TYPE'],
  14: ['TUN_PORT'],
  15: ['TUN_FLAGS'],
};

const DAEMON: Schema = {
  1: ['STATE'],
  2: ['MCAST_IFN'],
  3: ['SYNC_ID'],
  4: ['SYNC_MAXLEN'],
  5: ['MCAST_GROUP'],
  6: ['MCAST_GROUP6'],
  7: ['MCAST_PORT'],
  8: ['MCAST_TTL'],
};

const TOP: Schema = {
  1: ['SERVICE', SERVICE],
  2: ['DEST', DEST],
  3: ['DAEMON', DAEMON],
  4: ['TIMEOUT_TCP'],
  5: ['TIMEOUT_TCP_FIN'],
  6: ['TIMEOUT_UDP'],
};

/** The answer to GET_INFO numbers its attributes anew. */
const INFO: Schema = { 1: ['VERSION'], 2: ['CONN_TAB_SIZE'] };

export function schemaOf(command: string): Schema {
  return command === 'SET_INFO' ? INFO : TOP;
}

/** The number of an attribute among its neighbours. Those of no name are written as `#200`. */
export function attributeNumber(schema: Schema | undefined, name: string): number {
  if (name.startsWith('#')) return Number(name.slice(1));
  const found = Object.entries(schema ?? {}).find(([, [each]]) => each === name);
  if (found === undefined) throw new Error(`no attribute ${name}`);
  return Number(found[0]);
}

export type { Schema };
