import type { Endpoint } from '../model/connection';
import type { DestinationSpec } from '../model/destination';
import type { ForwardingMethod } from '../model/forwarding';
import type { ServiceState } from '../model/service';
import type { TableRowState } from '../model/table';
import { endpointName, type Naming, NUMERIC } from './endpoint-name';
import { destinationsInOrder } from './order';
import { shownNetmask } from './shown-netmask';
import { tunnelOptions } from './tunnel-options';

const FORWARD: Record<ForwardingMethod, string> = {
  masq: '-m',
  tunnel: '-i',
  droute: '-g',
  local: '--local',
  bypass: '--bypass',
};

const PROTOCOL: Record<string, string> = { tcp: '-t', udp: '-u', sctp: '--sctp-service' };

/** The rules that make a row: its service, then its destinations. `ipvsadm -S -n` by default. */
export function formatRow(row: TableRowState, naming = NUMERIC): string {
  const service = serviceOption(row, naming);
  const protocol = 'protocol' in row ? row.protocol : undefined;
  let text = `-A ${service}${serviceOptions(row)}\n`;
  for (const destination of destinationsInOrder(row.destinations)) {
    const server = restorableName(destination, naming, protocol);
    text += `-a ${service} -r ${server}${serverOptions(destination)}\n`;
  }
  return text;
}

/** IPv6 hosts are written as addresses: their names could not be read back. */
function restorableName(endpoint: Endpoint, naming: Naming, protocol: string | undefined): string {
  const six = endpoint.address.includes(':');
  return endpointName(endpoint, six ? { ...NUMERIC, port: naming.port } : naming, protocol);
}

function serviceOption(service: ServiceState, naming: Naming): string {
  if ('fwmark' in service) return `-f ${service.fwmark}${service.family === 'ipv6' ? ' -6' : ''}`;
  const { protocol } = service;
  return `${PROTOCOL[protocol] ?? '--xxx-service'} ${restorableName(service, naming, protocol)}`;
}

function serviceOptions(service: ServiceState): string {
  const { scheduler, flags, persistence } = service;
  const own = flags.filter((flag) => flag !== 'ops');
  const mask = shownNetmask(service);
  let options = ` -s ${scheduler}`;
  if (persistence) options += ` -p ${persistence.timeout}`;
  if (mask !== undefined) options += ` -M ${mask}`;
  if (persistence?.engine) options += ` --pe ${persistence.engine}`;
  if (flags.includes('ops')) options += ' -o';
  if (own.length > 0) options += ` -b ${own.join(',')}`;
  return options;
}

function serverOptions(destination: DestinationSpec): string {
  const { forward = 'droute', weight = 1, upperThreshold = 0, lowerThreshold = 0, tunnel } = destination;
  let options = ` ${FORWARD[forward]} -w ${weight}`;
  if (upperThreshold > 0) options += ` -x ${upperThreshold}`;
  if (lowerThreshold > 0) options += ` -y ${lowerThreshold}`;
  return options + tunnelOptions(tunnel);
}
