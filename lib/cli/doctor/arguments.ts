/** What the doctor's options say of a real server. */

import type { ExpectedService } from '../../doctor';
import type { Protocol } from '../../model/protocol';
import type { Tunnel } from '../../model/tunnel';
import { CommandLineError } from '../../rules/command-line-error';
import { readNumber } from '../../rules/decimal';
import type { Given } from '../program-options';

const PROTOCOLS: readonly Protocol[] = ['tcp', 'udp', 'sctp'];
const OF_REAL_SERVERS = ['forward', 'director', 'port', 'tun-type', 'tun-port'];

/** Nothing where a director is meant. */
export function expectedOf(given: Given): ExpectedService | undefined {
  const services = PROTOCOLS.filter((protocol) => given[`${protocol}-service`] !== undefined);
  if (given['real-server'] !== true) {
    const option = [...services.map((name) => `${name}-service`), ...OF_REAL_SERVERS].find(
      (name) => given[name] !== undefined,
    );
    if (option !== undefined) throw new CommandLineError(`--${option} goes with --real-server`);
    return undefined;
  }
  const [protocol] = services;
  if (protocol === undefined || services.length > 1) {
    throw new CommandLineError('--real-server needs one of --tcp-service, --udp-service and --sctp-service');
  }
  const text = (name: string) => given[name] as string | undefined;
  const forward = text('forward') ?? 'droute';
  if (forward !== 'masq' && forward !== 'droute' && forward !== 'tunnel') {
    throw new CommandLineError(`--forward ${forward}: must be masq, droute or tunnel`);
  }
  const tunnel = tunnelOf(text('tun-type'), text('tun-port'));
  return {
    service: { protocol, ...endpointOf(`${protocol}-service`, text(`${protocol}-service`) ?? '') },
    forward,
    ...(text('director') !== undefined && { director: text('director') as string }),
    ...(text('port') !== undefined && { port: portOf('port', text('port') ?? '') }),
    ...(tunnel && { tunnel }),
  };
}

function endpointOf(option: string, text: string): { address: string; port: number } {
  const [, bracketed, plain, port = ''] = /^(?:\[(.*)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  const address = bracketed ?? plain;
  if (address === undefined) {
    throw new CommandLineError(`--${option} ${text}: must be like 192.0.2.1:80 or [2001:db8::1]:80`);
  }
  return { address, port: portOf(option, port) };
}

function portOf(option: string, text: string): number {
  const port = readNumber(text, 0, 65535);
  if (port === undefined) throw new CommandLineError(`--${option} ${text}: must be a port from 0 to 65535`);
  return port;
}

function tunnelOf(type: string | undefined, port: string | undefined): Tunnel | undefined {
  if (port !== undefined && type !== 'gue') throw new CommandLineError('--tun-port goes with --tun-type gue');
  switch (type) {
    case undefined:
      return undefined;
    case 'ipip':
    case 'gre':
      return { type };
    case 'gue':
      if (port === undefined) throw new CommandLineError('--tun-type gue needs --tun-port');
      return { type, port: portOf('tun-port', port) };
    default:
      throw new CommandLineError(`--tun-type ${type}: must be ipip, gue or gre`);
  }
}
