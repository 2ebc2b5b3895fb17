/** Real servers, which the kernel calls destinations. */

import { checkInteger, conflict, MAX_INT } from '../errors/argument';
import { Fields } from '../errors/fields';
import { type Family, familyName, formatEndpoint } from './address';
import { FORWARDING_NAMES, type ForwardingMethod, forwardingName, TUNNEL } from './forwarding';
import { OneOf } from './one-of';
import type { Stats } from './stats';
import type { Tunnel } from './tunnel';

/** What names a real server of a service. */
export interface DestinationKey {
  /** May be of the other family than its service only with `forward: 'tunnel'`. */
  address: string;
  /** 0 … 65535. Only `masq` can map the service's port to another. */
  port: number;
}

/** How a real server is configured. */
export interface DestinationOptions {
  /** Default `droute`, as in ipvsadm. */
  forward?: ForwardingMethod | undefined;
  /** 0 … 2147483647; 0 takes no new connections. Default 1. */
  weight?: number | undefined;
  /** Connections above which the destination takes no new ones; 0, the default, is no limit. */
  upperThreshold?: number | undefined;
  /** Connections below which it takes new ones again; 0, the default, is ¾ of the upper one. */
  lowerThreshold?: number | undefined;
  /** Only with `forward: 'tunnel'`. Default ipip. */
  tunnel?: Tunnel | undefined;
}

/** A real server to be added, or to replace what there is. */
export type DestinationSpec = DestinationKey & DestinationOptions;

/** A real server as the kernel reports it, without its counters. It is itself a valid `DestinationSpec`. */
export interface DestinationState extends DestinationKey {
  /** The address' family, which with a tunnel may differ from its service's. */
  family: Family;
  /** A method that this library does not know shows as `method-7`. */
  forward: ForwardingMethod;
  /** 0 … 2147483647; 0 takes no new connections. */
  weight: number;
  /** Connections above which it takes no new ones; 0 is no limit. */
  upperThreshold: number;
  /** Connections below which it takes new ones again; 0 is ¾ of the upper one. */
  lowerThreshold: number;
  /** Present where `forward` is `tunnel`. */
  tunnel?: Tunnel;
  /** Connections of TCP and SCTP in state ESTABLISHED (`set_tcp_state` in net/netfilter/ipvs/ip_vs_proto_tcp.c). */
  activeConnections: number;
  /** The other entries that are no templates: connections that open or close, and those of UDP. */
  inactiveConnections: number;
  /** Templates: clients that persistence keeps here. */
  persistentConnections: number;
}

/** A real server as the kernel reports it. It is itself a valid `DestinationSpec`. */
export interface Destination extends DestinationState {
  /** What went through it since it was added, or since `zero`. */
  stats: Stats;
}

export const DEFAULT_FORWARD: ForwardingMethod = 'droute';
export const DEFAULT_WEIGHT = 1;

const REPORTED = ['family', 'activeConnections', 'inactiveConnections', 'persistentConnections', 'stats'];
const OPTIONS = ['forward', 'weight', 'upperThreshold', 'lowerThreshold', 'tunnel'];

/** Of a real server or its key. */
export const DESTINATION_FIELDS = new Fields(['address', 'port', ...OPTIONS], REPORTED);

/** Of a patch; the others are those of a real server that is passed back. */
export const DESTINATION_CHANGE_FIELDS = new Fields(OPTIONS, ['address', 'port', ...REPORTED]);

/** By their names, the kernel's numbers. */
export const FORWARDING_METHODS = new OneOf(FORWARDING_NAMES.map((name, number) => [name, number]));

/** A weight or a threshold: the kernel keeps them as `int`. */
export function checkCount(path: string, value: unknown): number {
  return checkInteger(path, value, 0, MAX_INT);
}

/** For a destination of another family than its service's. */
export function checkCrossing(address: string, family: number, serviceFamily: number, forward: number): void {
  if (forward === TUNNEL) return;
  throw conflict(
    'destination.address',
    (name) =>
      ` ${address} is ${familyName(family)} and its service ${familyName(serviceFamily)}: ` +
      `only ${name('destination.forward')} 'tunnel' crosses families, got '${forwardingName(forward)}'`,
  );
}

/** `10.0.0.2:80`: how messages name a real server. */
export function describeDestination(key: DestinationKey): string {
  return formatEndpoint(key);
}
