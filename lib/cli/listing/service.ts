/** `-L` of one service. */

import type { IpvsSync } from '../../ipvs-sync';
import type { Destination } from '../../model/destination';
import { describeService, type Service } from '../../model/service';
import type { Line } from '../../rules/line';
import { serviceKey } from '../../rules/line-command';
import type { Io } from '../io';
import { formatRow } from '../layout/table';
import { listJson, styleOf, viewOf } from './table';

export async function listService(line: Line, ipvs: IpvsSync, io: Io): Promise<void> {
  const key = serviceKey(line);
  const service = ipvs.service(key);
  if (service === undefined) throw new Error(`${describeService(key)}: there is no such service`);
  const row = { ...service, destinations: ipvs.destinations(key) };
  if (line.has('json')) return listJson(line, [row], io);
  const view = viewOf(line);
  const style = await styleOf(line, [row], io);
  io.stdout(view.header + formatRow<Service, Destination>(row, view, style));
}
