/** The verbs of the whole table. */

import { checkSignal } from '../errors/abort';
import { checkObject, invalidType } from '../errors/argument';
import type { ServiceKey } from '../model/service';
import { TABLE_OPTIONS, type TableOptions, type TableRow, type TableRowState } from '../model/table';
import type { Verb } from '../session/verb';
import { PackedTable, readRows } from '../wire/table';
import { Change } from './changes';
import { ASKED, operation } from './packed-table';
import { listVerb } from './request';

/** The options of `table`, checked. */
export interface TableReading {
  stats: boolean;
  signal: AbortSignal | undefined;
}

/** Checks the options. */
export function checkTableOptions(options: TableOptions): TableReading {
  checkObject('options', options);
  TABLE_OPTIONS.check('options', options);
  const { stats = true } = options;
  if (typeof stats !== 'boolean') throw invalidType('options.stats', 'a boolean', stats);
  return { stats, signal: checkSignal('options.signal', options.signal) };
}

/** Every service with its destinations, as objects. */
export function table(stats: boolean): Verb<TableRow[] | TableRowState[]> {
  return listVerb(ASKED, operation(stats), undefined, (answer, index) =>
    readRows(new PackedTable(answer, index, stats)),
  );
}

export function zero(service?: ServiceKey): Verb<void> {
  return new Change('zero', service);
}

export function flush(): Verb<void> {
  return new Change('flush');
}
