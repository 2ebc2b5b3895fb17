/** Templates of persistence: they keep a client, or a network of clients, with the real server that it had. */

import { AF_INET6 } from '../../model/address';
import { ADDRESS_BYTES } from '../bytes';
import type { Director } from '../director';
import { HZ } from '../kernel';
import type { Flow } from '../schedulers/scheduler';
import type { Destination } from '../table/destination';
import type { Service } from '../table/service';
import type { Entry, EntryKey } from './entry';

/** A service of this port stands for the data connections of its clients, too. */
export const FTP_PORT = 21;

/** The template that the flow goes by, made where there is no valid one; none where nobody may get the client. */
export function templateFor(director: Director, service: Service, flow: Flow): Entry | undefined {
  const { connections } = director;
  const key = templateKey(service, flow);
  const known = connections.find(key, true);
  if (known !== undefined && isValid(director, known.destination)) return known;
  if (known !== undefined) connections.invalidate(known);
  const destination = service.scheduler?.schedule(flow);
  if (destination === undefined) return undefined;
  const template = connections.add(key, destination, templatePort(service, flow, destination), {
    isTemplate: true,
  });
  template.timeout = (service.timeout / HZ) * 1000;
  return template;
}

function isValid({ sysctls }: Director, { isAvailable, weight }: Destination): boolean {
  return isAvailable && !(weight === 0 && sysctls.isSet('expire_quiescent_template'));
}

function isOfItsPort(service: Service, flow: Flow): boolean {
  return service.fwmark === 0 && flow.virtualPort === service.port && service.port !== FTP_PORT;
}

function templateKey(service: Service, flow: Flow): EntryKey {
  const { family, fwmark, netmask } = service;
  return {
    protocol: fwmark !== 0 ? 0 : flow.protocol,
    family,
    client: masked(family, flow.client, netmask),
    clientPort: 0,
    virtual: fwmark !== 0 ? new Uint8Array(ADDRESS_BYTES) : flow.virtual,
    virtualPort: isOfItsPort(service, flow) ? flow.virtualPort : 0,
    fwmark,
  };
}

function templatePort(service: Service, flow: Flow, destination: Destination): number {
  return isOfItsPort(service, flow) ? destination.port : 0;
}

/** `netmask` is a mask for IPv4, a prefix length for IPv6. */
function masked(family: number, address: Uint8Array, netmask: number): Uint8Array {
  const mask = (n: number) =>
    family === AF_INET6 ? 0xff00 >> Math.min(8, Math.max(0, netmask - 8 * n)) : netmask >>> (24 - 8 * n);
  return address.map((byte, n) => (n < (family === AF_INET6 ? 16 : 4) ? byte & mask(n) : 0));
}
