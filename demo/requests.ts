import type { Cluster } from '../lab/cluster';
import type { Host } from '../lab/host';
import { describeTally, type Tally, tally } from '../lab/tally';
import type { RequestOptions } from '../lab/verbs';
import { result } from './transcript';

/** Makes HTTP requests to a port of the VIP, shows who answered how many, and returns that. */
export async function request(
  cluster: Cluster,
  host: Host,
  times: number,
  port: number,
  options: Partial<RequestOptions> = {},
): Promise<Tally> {
  const answers = await tally(times, () => host.do('get', { ...cluster.virtual(port), ...options }));
  result(`${options.from ?? host.name} -> ${cluster.plan.vip}:${port}  ${describeTally(answers)}`);
  return answers;
}
