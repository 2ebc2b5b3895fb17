/** Names of hosts. Node looks names up asynchronously only, so reading a line stops at a name that is not known yet. */

import { shortened } from '../errors/shortened';

/** A name must be looked up before the line can be read. */
export class UnresolvedHost extends Error {
  readonly host: string;

  constructor(host: string) {
    super(`${shortened(host)} is not an address, and host names are not looked up here`);
    this.host = host;
  }
}

/** The names that have been looked up. */
export class Hosts {
  readonly #addresses = new Map<string, string | undefined>();

  /** The IPv4 address; `undefined` where the name has none. Throws `UnresolvedHost` if it has not been looked up. */
  address(host: string): string | undefined {
    if (host === '') return undefined;
    if (!this.#addresses.has(host)) throw new UnresolvedHost(host);
    return this.#addresses.get(host);
  }

  /** Looks the names up, all at once. */
  async resolve(hosts: Iterable<string>): Promise<void> {
    const { lookup } = process.getBuiltinModule('node:dns/promises');
    await Promise.all(
      [...new Set(hosts)].map(async (host) => {
        const found = await lookup(host, { family: 4 }).catch(() => undefined);
        // An IPv6 address with a zone comes back unchanged.
        this.#addresses.set(host, found?.family === 4 ? found.address : undefined);
      }),
    );
  }
}
