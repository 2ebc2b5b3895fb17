/** All the rules of a namespace. */

import type { Inspection } from '../network/inspection';
import { readNftables } from './nftables';
import { Firewall } from './rules';
import { readXtables } from './xtables';

export async function readFirewall(inspection: Inspection): Promise<Firewall> {
  return new Firewall([...(await readNftables(inspection)), ...(await readXtables(inspection))]);
}
