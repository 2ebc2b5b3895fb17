import { Hosts, UnresolvedHost } from '../rules/host-names';
import type { Line } from '../rules/line';
import { parse } from '../rules/parse-line';

/** Reads a command line without the program's name. Names of hosts are looked up as the parser meets them. */
export async function readLine(argv: readonly string[]): Promise<Line> {
  const hosts = new Hosts();
  for (;;) {
    try {
      return parse(argv, hosts);
    } catch (error) {
      if (!(error instanceof UnresolvedHost)) throw error;
      await hosts.resolve([error.host]);
    }
  }
}
