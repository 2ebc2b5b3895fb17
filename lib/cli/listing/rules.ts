/** `-S`: the table as rules. */

import type { IpvsSync } from '../../ipvs-sync';
import { formatRuleLines } from '../../rules/format-rules';
import type { Line } from '../../rules/line';
import type { Io } from '../io';
import { addressesOf, namingOf } from './names';

export async function listRules(line: Line, ipvs: IpvsSync, io: Io): Promise<void> {
  const table = ipvs.table();
  io.stdout(formatRuleLines(table, await namingOf(line, addressesOf(table))));
}
