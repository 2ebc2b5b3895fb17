import type { Endpoint } from '../model/connection';
import type { DestinationState } from '../model/destination';
import type { ForwardingMethod } from '../model/forwarding';
import type { ServiceState } from '../model/service';

/** How addresses and ports are shown. */
export interface Naming {
  host(address: string): string;
  /** `protocol` as the API names it; `undefined` for firewall marks. */
  port(port: number, protocol: string | undefined): string;
}

/** As numbers. */
export const NUMERIC: Naming = { host: (address) => address, port: String };

const FORWARD: Record<ForwardingMethod, string> = {
  masq: 'Masq',
  local: 'Local',
  tunnel: 'Tunnel',
  droute: 'Route',
  bypass: 'Bypass',
};

/** Longer IPv4 names are cut to keep the columns aligned. */
const WIDTH = 28;

/** `10.0.0.1:80`, `[2001:db8::1]:80`, `www.example.org:http`. */
export function endpointName({ address, port }: Endpoint, naming = NUMERIC, protocol?: string): string {
  const host = naming.host(address);
  return `${address.includes(':') ? `[${host}]` : host}:${naming.port(port, protocol)}`;
}

function cutName(endpoint: Endpoint, naming: Naming, protocol?: string): string {
  const name = endpointName(endpoint, naming, protocol);
  return endpoint.address.includes(':') ? name : name.slice(0, WIDTH);
}

/** `TCP  10.0.0.1:80`, `FWM  7`, `FWM  8 IPv6`. */
export function serviceName(service: ServiceState, naming = NUMERIC): string {
  if ('fwmark' in service) return `FWM  ${service.fwmark}${service.family === 'ipv6' ? ' IPv6' : ''}`;
  const { protocol } = service;
  const shown = protocol.startsWith('ip-') ? '?' : protocol.toUpperCase();
  return `${shown.padEnd(4)} ${cutName(service, naming, protocol)}`;
}

/** The name of a real server, padded to its column. */
export function serverName(destination: DestinationState, naming = NUMERIC, protocol?: string): string {
  return cutName(destination, naming, protocol).padEnd(WIDTH);
}

/** `Masq`, `Route`, … */
export function forwardName({ forward }: DestinationState): string {
  return FORWARD[forward];
}
