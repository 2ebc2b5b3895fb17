/** The simulated machine's network interfaces, as far as IPVS asks for them. */

import { checkInteger, checkObject, invalidType, invalidValue } from '../errors/argument';
import { Fields } from '../errors/fields';
import { AF_INET, AF_INET6, parseAddress } from '../model/address';
import { checkInterface } from '../model/daemon';
import { word } from './bytes';

/** A network interface of the simulated machine. */
export interface SimulatedInterface {
  /** 1 to 15 bytes: `eth0`. */
  name: string;
  /** Default true. A sync daemon that sends needs one that is up. */
  up?: boolean;
  /** Bytes. Default 1500. */
  mtu?: number;
  /** With prefix length: `192.0.2.1/24`. Of an IPv4 network, no real server can have the broadcast address. */
  addresses?: readonly string[];
}

const INTERFACE_FIELDS = new Fields(['name', 'up', 'mtu', 'addresses']);

const LOOPBACK: SimulatedInterface = { name: 'lo', mtu: 65536, addresses: ['127.0.0.1/8', '::1/128'] };
const DEFAULT_INTERFACES: readonly SimulatedInterface[] = [{ name: 'eth0' }];

export class Network {
  readonly #interfaces = new Map<string, Required<SimulatedInterface>>();
  /** Before the first interface is up, the kernel has no routes and takes no IPv4 address for a host's. */
  #isUp = false;
  /** This machine's addresses, as text of their bytes. */
  readonly #own = new Set<string>();
  /** The IPv4 addresses that are no host's. */
  readonly #broadcast = new Set([0, 0xffffffff]);

  /** The loopback interface is always there, and up unless it is given otherwise. */
  constructor(interfaces: readonly SimulatedInterface[] = DEFAULT_INTERFACES) {
    if (!Array.isArray(interfaces)) {
      throw invalidType('options.interfaces', 'an array of interfaces', interfaces);
    }
    if (!interfaces.some((each) => each?.name === LOOPBACK.name)) this.#add('', LOOPBACK);
    for (const [index, each] of interfaces.entries()) this.#add(`options.interfaces[${index}]`, each);
  }

  #add(path: string, given: SimulatedInterface): void {
    checkObject(path, given, 'an object with name');
    INTERFACE_FIELDS.check(path, given);
    const name = checkInterface(`${path}.name`, given.name);
    const { up = true, addresses = [] } = given;
    const mtu = checkInteger(`${path}.mtu`, given.mtu ?? 1500, 0, 65536);
    this.#interfaces.set(name, { name, up, mtu, addresses });
    this.#isUp ||= up;
    for (const [index, address] of addresses.entries()) {
      this.#addAddress(`${path}.addresses[${index}]`, address);
    }
  }

  #addAddress(path: string, value: string): void {
    const [, text = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(value) ?? [];
    const bytes = new Uint8Array(16);
    const family = parseAddress(text, bytes, 0);
    const prefix = Number(length);
    if (family === 0 || length === '' || prefix > (family === AF_INET6 ? 128 : 32)) {
      throw invalidValue(path, 'an address with prefix length, such as 192.0.2.1/24', value);
    }
    this.#own.add(bytes.join());
    if (family === AF_INET && prefix < 31) {
      for (let bit = prefix; bit < 32; bit++) {
        bytes[bit >> 3] = (bytes[bit >> 3] as number) | (0x80 >> (bit & 7));
      }
      this.#broadcast.add(word(bytes, 0));
    }
  }

  interface(name: string): Required<SimulatedInterface> | undefined {
    return this.#interfaces.get(name);
  }

  /** Whether IPVS takes it for a real server's: one host's, and of IPv6 not link-local but for this machine's own. */
  isUnicast(family: number, address: Uint8Array): boolean {
    return family === AF_INET6 ? this.#isUnicast6(address) : this.#isUnicast4(address);
  }

  #isUnicast4(address: Uint8Array): boolean {
    const isMulticast = (address[0] as number) >> 4 === 14;
    return this.#isUp && !isMulticast && !this.#broadcast.has(word(address, 0));
  }

  #isUnicast6(address: Uint8Array): boolean {
    const first = address[0] as number;
    if (first === 0xff) return false;
    if (first === 0xfe && (address[1] as number) >> 6 === 2) return this.#own.has(address.join());
    const zeros = address.findIndex((byte) => byte !== 0);
    if (zeros < 0) return false;
    const isMapped = zeros === 10 && address[10] === 0xff && address[11] === 0xff;
    return !isMapped;
  }
}
