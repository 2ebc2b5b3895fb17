/** `lvsadm exporter`: the metrics of lib/metrics, over HTTP. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, ListenOptions } from 'node:net';
import { Ipvs } from '../../index';
import { IpvsMetrics, type IpvsMetricsOptions } from '../../metrics/index';
import { CommandLineError } from '../../rules/command-line-error';
import { helpOf, readOptions } from '../program-options';
import { Status, statusOf } from '../status';
import { DEFAULT_LISTEN, labelsOf, placeOf } from './arguments';
import { respond } from './respond';

/** Runs until a signal ends it; the words are those after `lvsadm exporter`. */
export async function start(words: readonly string[]): Promise<number> {
  try {
    const given = readOptions('exporter', words);
    if (given.help) {
      process.stdout.write(helpOf('exporter'));
      return Status.done;
    }
    const place = placeOf((given.listen as string | undefined) ?? DEFAULT_LISTEN);
    await serve(place, {
      prefix: given.prefix as string | undefined,
      labels: labelsOf((given.label as string[] | undefined) ?? []),
      destinations: given['no-destinations'] !== true,
      counters: given['no-counters'] !== true,
      connections: given.connections === true,
    });
    return Status.done;
  } catch (error) {
    process.stderr.write(`lvsadm exporter: ${(error as Error).message}\n`);
    return error instanceof CommandLineError ? statusOf(error) : Status.wrong;
  }
}

/** Until a signal. */
async function serve(place: ListenOptions, options: IpvsMetricsOptions): Promise<void> {
  const ipvs = await Ipvs.open();
  try {
    const metrics = new IpvsMetrics(ipvs, options);
    const server = createServer((request, response) => respond({ ipvs, metrics }, request, response));
    server.listen(place);
    await once(server, 'listening');
    process.stderr.write(`lvsadm exporter: http://${shown(server.address() as AddressInfo)}/metrics\n`);
    await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
    server.close();
    server.closeAllConnections();
  } finally {
    await ipvs.close();
  }
}

function shown({ address, port, family }: AddressInfo): string {
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}
