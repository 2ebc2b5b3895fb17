/** `-L -c` */

import type { IpvsSync } from '../../ipvs-sync';
import type { Connection } from '../../model/connection';
import type { Line } from '../../rules/line';
import type { Io } from '../io';
import { connectionHeader, connectionLine, virtualEndpoint } from '../layout/connections';
import { jsonList } from '../layout/json';
import { namingOf } from './naming';

export async function listConnections(line: Line, ipvs: IpvsSync, io: Io): Promise<void> {
  if (line.has('json')) {
    for (const text of jsonList(ipvs.connections())) io.stdout(text);
    return;
  }
  const engines = line.has('persistent-conn');
  io.stdout(connectionHeader({ engines }));
  if (line.has('numeric')) {
    for (const connection of ipvs.connections()) io.stdout(connectionLine(connection, { engines }));
    return;
  }
  const connections: Connection[] = [];
  for (const connection of ipvs.connections()) {
    connections.push(connection);
    io.progress(() => `${connections.length} connections read`);
  }
  const naming = await namingOf(
    line,
    connections.flatMap((connection) => [
      connection.client.address,
      virtualEndpoint(connection).address,
      connection.destination.address,
    ]),
    io,
  );
  for (const connection of connections) io.stdout(connectionLine(connection, { engines, naming }));
}
