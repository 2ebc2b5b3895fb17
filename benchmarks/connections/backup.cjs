// @ts-check
/*
 * Connection entries of any kind and number, without their traffic: the kernel's backup daemon makes an entry of each
 * that a sync message describes. The messages are of version 1 (net/netfilter/ipvs/ip_vs_sync.c), sent by multicast on
 * an interface of their own. Plain JavaScript, since both the benchmark, which nothing compiles, and the tests use it.
 */
const { execFileSync } = require('node:child_process');
const dgram = require('node:dgram');
const { once } = require('node:events');
const { isIPv6 } = require('node:net');

/** The wire's name at both ends, and the addresses of ours and of the daemon's. */
const Wire = { interface: 'lvs-sync', address: '10.254.254.1', peerAddress: '10.254.254.2' };
const GROUP = '224.0.0.81';
const PORT = 8848;
const SYNC_ID = 1;

/** A message counts its entries in a byte. */
const ENTRIES_PER_MESSAGE = 255;

/** So that any message fits a datagram. */
const MTU = 65535;

/** How many messages the daemon's socket can hold: then it gets the processor. */
const MESSAGES_PER_TURN = 16;

/** IPPROTO_*, as far as IPVS knows them. */
const Protocol = { ip: 0, icmp: 1, tcp: 6, udp: 17, esp: 50, ah: 51, sctp: 132 };

/** IP_VS_CONN_F_*; without one, an entry is an active connection by NAT. */
const Flag = { inactive: 0x100, noClientPort: 0x800, template: 0x1000 };

/**
 * @typedef {{ address: string, port: number }} Endpoint
 *
 * @typedef {object} Entry One connection entry. The addresses are of one family: sync messages know no other.
 * @property {number} protocol
 * @property {Endpoint} client
 * @property {Endpoint | { fwmark: number }} virtual
 * @property {Endpoint} destination
 * @property {number} state the state's number in the protocol's state table
 * @property {number} [flags]
 * @property {number} [timeout] seconds
 * @property {{ name: string, data: string }} [engine]
 */

/** @typedef {Pick<import('../../lib/index').Ipvs, 'daemons' | 'startDaemon' | 'stopDaemon'>} Director */

/** A backup daemon, and a wire to it. */
class Backup {
  #socket = dgram.createSocket('udp4');

  /**
   * Starts the daemon of a handle's namespace: a named one, or else the process's own.
   *
   * @param {Director} ipvs
   * @param {string} [namespace]
   */
  static async start(ipvs, namespace) {
    const backup = new Backup();
    ip(namespace === undefined ? loop() : wireTo(namespace));
    await ipvs.startDaemon({ role: 'backup', interface: Wire.interface, syncId: SYNC_ID });
    await once(backup.#socket.bind(0, Wire.address), 'listening');
    backup.#socket.setMulticastInterface(Wire.address);
    return backup;
  }

  /**
   * Has the kernel make these entries. It may drop some, where there are many: whoever feeds, counts.
   *
   * @param {Iterable<Entry>} entries
   */
  async feed(entries) {
    let sent = 0;
    for (const message of messages(entries)) {
      await new Promise((resolve, reject) =>
        this.#socket.send(message, PORT, GROUP, (error) => (error ? reject(error) : resolve(undefined))),
      );
      if (++sent % MESSAGES_PER_TURN === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** @param {Director} ipvs */
  async stop(ipvs) {
    this.#socket.close();
    const daemons = await ipvs.daemons();
    if (daemons.some(({ role }) => role === 'backup')) await ipvs.stopDaemon('backup');
    ip([`link delete ${Wire.interface}`]);
  }
}

/** An interface on which this namespace hears what it says. */
function loop() {
  return [`link add ${Wire.interface} mtu ${MTU} type dummy`, ...up(Wire.address)];
}

/** @param {string} namespace */
function wireTo(namespace) {
  return [
    `link add ${Wire.interface} mtu ${MTU} type veth peer name ${Wire.interface} mtu ${MTU} netns ${namespace}`,
    ...up(Wire.address),
    ...up(Wire.peerAddress).map((command) => `-netns ${namespace} ${command}`),
  ];
}

/** @param {string} address */
function up(address) {
  return [`address add ${address}/30 dev ${Wire.interface}`, `link set ${Wire.interface} up`];
}

/** @param {string[]} commands */
function ip(commands) {
  for (const command of commands) execFileSync('ip', command.split(' '));
}

/** @param {Iterable<Entry>} entries */
function* messages(entries) {
  /** @type {Buffer[]} */
  let batch = [];
  for (const entry of entries) {
    if (batch.push(encode(entry)) < ENTRIES_PER_MESSAGE) continue;
    yield message(batch);
    batch = [];
  }
  if (batch.length > 0) yield message(batch);
}

/** @param {Buffer[]} entries */
function message(entries) {
  const header = Buffer.alloc(8);
  const whole = Buffer.concat([header, ...entries]);
  whole.writeUInt8(SYNC_ID, 1);
  whole.writeUInt16BE(whole.length, 2);
  whole.writeUInt8(entries.length, 4);
  whole.writeUInt8(1, 5); // version
  return whole;
}

/** @param {Entry} entry */
function encode({ protocol, client, virtual, destination, state, flags = 0, timeout = 0, engine }) {
  const inet6 = isIPv6(client.address);
  const width = inet6 ? 16 : 4;
  const options = engine === undefined ? [] : [option(2, engine.data), option(3, engine.name)];
  const fixed = Buffer.alloc(24 + 3 * width);
  const whole = Buffer.concat([fixed, ...options]);
  const padded = Buffer.concat([whole, Buffer.alloc(-whole.length & 3)]);

  padded.writeUInt8(inet6 ? 1 : 0, 0);
  padded.writeUInt8(protocol, 1);
  padded.writeUInt16BE(whole.length, 2);
  padded.writeUInt32BE(flags, 4);
  padded.writeUInt16BE(state, 8);
  padded.writeUInt16BE(client.port, 10);
  padded.writeUInt16BE('port' in virtual ? virtual.port : 0, 12);
  padded.writeUInt16BE(destination.port, 14);
  padded.writeUInt32BE('fwmark' in virtual ? virtual.fwmark : 0, 16);
  padded.writeUInt32BE(timeout, 20);
  writeAddress(padded, 24, client.address);
  if ('fwmark' in virtual) padded.writeUInt32BE(virtual.fwmark, 24 + width);
  else writeAddress(padded, 24 + width, virtual.address);
  writeAddress(padded, 24 + 2 * width, destination.address);
  return padded;
}

/** @param {number} type @param {string} text */
function option(type, text) {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([type, bytes.length]), bytes]);
}

/** @param {Buffer} buffer @param {number} at @param {string} address */
function writeAddress(buffer, at, address) {
  buffer.set(isIPv6(address) ? inet6Bytes(address) : address.split('.').map(Number), at);
}

/** @param {string} address */
function inet6Bytes(address) {
  const [head = [], tail = []] = address
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const groups = [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

module.exports = { Backup, Flag, Protocol, Wire };
