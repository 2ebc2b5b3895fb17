/** The simulator room: an IPVS without a kernel, for the tests of programs that use the library. */

import type { Backend } from '../backend/backend';
import { checkInteger, checkObject, conflict } from '../errors/argument';
import { Fields } from '../errors/fields';
import { Ipvs, IpvsSync, type OpenOptions } from '../index';
import { parseAddress } from '../model/address';
import { checkAddressText, invalidAddress } from '../model/address-text';
import type { Endpoint } from '../model/connection';
import { checkProtocol, type Protocol } from '../model/protocol';
import { ADDRESS_BYTES } from './bytes';
import { open } from './connections/scheduling';
import { OpenConnection, type SimulatedConnection } from './connections/simulated-connection';
import { Director } from './director';
import { Faults, type SimulatedFault } from './faults';
import { SimulatedHandle } from './handle';
import { checkOptions, type SimulatorOptions } from './options';
import type { Flow } from './schedulers/scheduler';

/** A client's first packet. */
export interface SimulatedFlow {
  /** The transport protocol. */
  protocol: Protocol;
  /** Whom the packets come from. */
  client: Endpoint;
  /**
   * Whom the client asks for. A packet that a firewall has marked goes to the mark's service, which needs no address;
   * with one (`{ fwmark: 7, address: '192.0.2.1', port: 80 }`) schedulers that go by it see it.
   */
  virtual: Endpoint | { fwmark: number; address?: string; port?: number };
}

const FLOW_FIELDS = new Fields(['protocol', 'client', 'virtual']);
const CLIENT_FIELDS = new Fields(['address', 'port']);
/** What names a service may be passed as it is. */
const VIRTUAL_FIELDS = new Fields(['address', 'port', 'fwmark'], ['protocol', 'family']);

/** The most milliseconds that the clock moves at once: what JavaScript counts exactly. */
const FARTHEST = Number.MAX_SAFE_INTEGER;

/**
 * An IPVS without a kernel: the same answers, errno by errno, a clock of its own, and connections that the same
 * schedulers would make. For the tests of programs that use the library; runs on every platform that runs Node.
 * Each is a machine of its own; handles of one see each other's changes.
 */
export class Simulator {
  readonly #director: Director;
  readonly #faults = new Faults();
  /** For `OpenOptions.backend`: handles that are opened with it talk to this simulator. */
  readonly backend: Backend = {
    createHandle: () => new SimulatedHandle(this.#director, this.#faults),
  };

  /** Throws a `TypeError` or `RangeError` where an option is bad. */
  constructor(options: SimulatorOptions = {}) {
    this.#director = new Director(checkOptions(options));
  }

  /** As `Ipvs.open`, on this simulator. A network namespace it has none, so `netns` is refused with `ENOENT`. */
  open(options: OpenOptions = {}): Promise<Ipvs> {
    return Ipvs.open({ ...options, backend: this.backend });
  }

  /** As `IpvsSync.open`, on this simulator. */
  openSync(options: OpenOptions = {}): IpvsSync {
    return IpvsSync.open({ ...options, backend: this.backend });
  }

  /**
   * A client's first packet: who gets it, or `undefined` where the kernel would refuse or drop it. Where a connection
   * with the same ends is there already the packet belongs to that, unless it is over (sysctl `conn_reuse_mode`).
   */
  connect(flow: SimulatedFlow): SimulatedConnection | undefined {
    const { packet, fwmark } = checkFlow(flow);
    const entry = open(this.#director, packet, fwmark);
    return entry && new OpenConnection(this.#director, entry);
  }

  /**
   * Moves the clock: connections expire, counters are copied and rates estimated every two seconds, removed
   * destinations are forgotten. Timers of the host do not move.
   */
  advance(milliseconds: number): void {
    this.#director.clock.advance(checkInteger('milliseconds', milliseconds, 0, FARTHEST));
  }

  /** The next requests of this kind, or all until `restore`, are answered so. */
  fail(what: SimulatedFault): {
    /** Nothing fails so any more. */
    restore(): void;
  } {
    return { restore: this.#faults.add(what) };
  }
}

function checkFlow(flow: SimulatedFlow): { packet: Flow; fwmark: number } {
  checkObject('flow', flow);
  FLOW_FIELDS.check('flow', flow);
  checkObject('flow.client', flow.client, 'an object with address and port');
  CLIENT_FIELDS.check('flow.client', flow.client);
  checkObject('flow.virtual', flow.virtual, 'an object with address and port, or with fwmark');
  VIRTUAL_FIELDS.check('flow.virtual', flow.virtual);
  const protocol = checkProtocol('flow.protocol', flow.protocol);
  const client = checkEndpoint('flow.client', flow.client);
  const {
    fwmark: mark,
    address,
    port,
  } = flow.virtual as { fwmark?: number; address?: string; port?: number };
  const fwmark = mark === undefined ? 0 : checkInteger('flow.virtual.fwmark', mark, 1, 0xffffffff);
  const isAddressed = mark === undefined || address !== undefined;
  const virtual = isAddressed
    ? checkEndpoint('flow.virtual', { address, port: mark === undefined ? port : (port ?? 0) })
    : { family: client.family, address: new Uint8Array(ADDRESS_BYTES), port: 0 };
  if (virtual.family !== client.family) {
    throw conflict(
      'flow.virtual.address',
      ` ${address} is of another family than flow.client.address ${flow.client.address}`,
    );
  }
  const packet = {
    family: client.family,
    protocol,
    client: client.address,
    clientPort: client.port,
    virtual: virtual.address,
    virtualPort: virtual.port,
  };
  return { packet, fwmark };
}

function checkEndpoint(path: string, { address, port }: { address?: unknown; port?: unknown }) {
  const text = checkAddressText(`${path}.address`, address);
  const bytes = new Uint8Array(ADDRESS_BYTES);
  const family = parseAddress(text, bytes, 0);
  if (family === 0) throw invalidAddress(`${path}.address`, text);
  return { family, address: bytes, port: checkInteger(`${path}.port`, port, 0, 65535) };
}
