/** `-S`: the table as rules. */

import type { IpvsSync } from '../../ipvs-sync';
import { formatRow } from '../../rules/format-rules';
import type { Line } from '../../rules/line';
import type { Io } from '../io';
import { addressesOf, namingOf } from './naming';
import { readTable } from './rows';

export async function listRules(line: Line, ipvs: IpvsSync, io: Io): Promise<void> {
  const table = readTable(ipvs, false, true);
  const naming = await namingOf(line, addressesOf(table.states()), io);
  for (const row of table.states()) io.stdout(formatRow(row, naming));
}
