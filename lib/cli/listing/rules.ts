/** `-S`: the table as rules. */

import type { IpvsSync } from '../../ipvs-sync';
import type { Line } from '../grammar/line';
import type { Io } from '../io';
import { formatRuleLines } from '../layout/rules';
import { addressesOf, namingOf } from './naming';

export async function listRules(line: Line, ipvs: IpvsSync, io: Io): Promise<void> {
  const table = ipvs.table();
  io.stdout(formatRuleLines(table, await namingOf(line, addressesOf(table))));
}
