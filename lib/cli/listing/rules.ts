/** `-S`: the table as rules. */

import { formatRow } from '../../rules/format-rules';
import type { Line } from '../../rules/line';
import type { Director } from '../director';
import type { Io } from '../io';
import { addressesOf, namingOf } from './naming';
import { readTable } from './rows';

export async function listRules(line: Line, director: Director, io: Io): Promise<void> {
  const table = readTable(director, false, true);
  const naming = await namingOf(line, addressesOf(table.states()), io);
  for (const row of table.states()) io.stdout(formatRow(row, naming));
}
