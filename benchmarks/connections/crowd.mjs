// @ts-check
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Ipvs } from '@lvs/netlink';
import { Backup, Flag, Protocol } from './backup.cjs';

/** @typedef {import('@lvs/netlink').Command} Command */
/** @typedef {import('./backup.cjs').Entry} Entry */

/** Seconds, so that no entry expires while the table is measured. */
const TIMEOUT = 7200;
const ATTEMPTS = 5;

const services = Array.from({ length: 8 }, (_, i) => ({ address: `192.0.2.${1 + i}`, port: 80 }));
const servers = Array.from({ length: 16 }, (_, i) => ({ address: `10.1.0.${1 + i}`, port: 8080 }));

/** What twenty connections are doing: the states' numbers, as net/netfilter/ipvs/ip_vs_proto_tcp.c counts them. */
const ESTABLISHED = 1;
const SYN_RECV = 3;
const FIN_WAIT = 4;
const TIME_WAIT = 5;
const states = [...Array(12).fill(ESTABLISHED), SYN_RECV, FIN_WAIT, FIN_WAIT, ...Array(5).fill(TIME_WAIT)];

/** Buckets of the table as a director would have it that expects so many connections: 2 to this; 12 is the default. */
const tableBits = (/** @type {number} */ size) => Math.max(12, Math.ceil(Math.log2(size)));

/**
 * Loads IPVS anew, with a connection table that suits so many connections, and makes them. Only where nobody else uses IPVS.
 *
 * @param {number} size
 */
export async function fill(size) {
  loadAnew(`conn_tab_bits=${tableBits(size)}`);
  const ipvs = await Ipvs.open();
  await gather(ipvs, size);
  await ipvs.close();
}

/** Loads IPVS anew, without services and connections. @param {string[]} parameters of the module */
export function loadAnew(...parameters) {
  execFileSync('ipvsadm', ['-C']); // which loads it where it is not; services hold their schedulers
  const loaded = readFileSync('/proc/modules', 'utf8').match(/^ip_vs\w*/gm) ?? [];
  modprobe('-r', ...loaded);
  modprobe('ip_vs', ...parameters);
}

/** @param {string[]} words */
function modprobe(...words) {
  execFileSync(readFileSync('/proc/sys/kernel/modprobe', 'utf8').trim(), words);
}

/**
 * Makes so many TCP connections in the namespace's table, each of a client of its own, to 8 services with 16 real
 * servers each. Returns when the kernel holds them all.
 *
 * @param {Ipvs} ipvs
 * @param {number} size at most four million
 */
export async function gather(ipvs, size) {
  await ipvs.batch(configuration());
  const backup = await Backup.start(ipvs);
  for (let attempt = 0; (await settled(ipvs)) < size; attempt++) {
    if (attempt === ATTEMPTS) throw new Error(`the kernel holds ${await held(ipvs)} entries, not ${size}`);
    await backup.feed(crowd(size));
  }
  await backup.stop(ipvs);
}

/** @returns {Iterable<Command>} */
function* configuration() {
  for (const endpoint of services) {
    const service = /** @type {const} */ ({ protocol: 'tcp', ...endpoint });
    yield { op: 'addService', service };
    for (const server of servers) {
      yield { op: 'addDestination', service, destination: { ...server, forward: 'masq' } };
    }
  }
}

/**
 * @param {number} size
 * @returns {Iterable<Entry>}
 */
function* crowd(size) {
  for (let i = 0; i < size; i++) {
    // Neighbours in the crowd differ in everything.
    const random = Math.imul(i, 0x9e3779b1) >>> 0;
    const state = states[(random >>> 8) % states.length];
    yield {
      protocol: Protocol.tcp,
      client: {
        address: `100.${64 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`,
        port: 1024 + (random % 60_000),
      },
      virtual: /** @type {Entry['virtual']} */ (services[random % services.length]),
      destination: /** @type {Entry['destination']} */ (servers[(random >>> 4) % servers.length]),
      state,
      flags: state === ESTABLISHED || state === SYN_RECV ? 0 : Flag.inactive,
      timeout: TIMEOUT,
    };
  }
}

/**
 * How many connections the kernel holds, when that has stopped growing.
 *
 * @param {Ipvs} ipvs
 */
async function settled(ipvs) {
  for (let before = -1, now = await held(ipvs); ; before = now, now = await held(ipvs)) {
    if (now === before) return now;
    await setTimeout(200);
  }
}

/**
 * The destinations' own counts: they cost nothing, however large the table.
 *
 * @param {Ipvs} ipvs
 */
async function held(ipvs) {
  let sum = 0;
  for (const { destinations } of await ipvs.table()) {
    for (const { activeConnections, inactiveConnections } of destinations) {
      sum += activeConnections + inactiveConnections;
    }
  }
  return sum;
}
