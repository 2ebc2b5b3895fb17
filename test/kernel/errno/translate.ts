/** A row's request as a call of the API, and its state as what the library reports. */

import {
  daemonSpec,
  destinationSpec,
  familyName,
  Inexpressible,
  role,
  serviceKey,
  serviceSpec,
  timeouts,
} from './attributes';
import type { Row, State, Step, WireDestination, WireOptions, WireRequest, WireService } from './rows';

/** A verb of both handles, and its arguments. */
export interface Call {
  verb: string;
  args: unknown[];
}

/** A fresh namespace's. */
const DEFAULT_TIMEOUTS = { tcp: 900, fin: 120, udp: 300 };

type Translation = (request: WireRequest, refused: boolean) => Call;

const COMMANDS: Record<string, Translation> = {
  NEW_SERVICE: ({ svc, dst }, refused) => call('addService', [svc && serviceSpec(svc, refused)], dst),
  SET_SERVICE: ({ svc }, refused) => call('setService', [svc && serviceSpec(svc, refused)]),
  DEL_SERVICE: ({ svc }) => call('deleteService', [svc && serviceKey(svc)]),
  GET_SERVICE: ({ svc }) => call('service', [svc && serviceKey(svc)]),
  NEW_DEST: ({ svc, dst }) => call('addDestination', destinationArguments(svc, dst, true)),
  SET_DEST: ({ svc, dst }) => call('setDestination', destinationArguments(svc, dst, true)),
  DEL_DEST: ({ svc, dst }) => call('deleteDestination', destinationArguments(svc, dst, false)),
  NEW_DAEMON: ({ dmn }) => call('startDaemon', [dmn && daemonSpec(dmn)]),
  DEL_DAEMON: ({ dmn }) => call('stopDaemon', [dmn && role(dmn)], dmn?.ifn),
  SET_CONFIG: ({ cfg = {} }) => call('setTimeouts', [timeouts(cfg)]),
  GET_CONFIG: () => call('timeouts', []),
  GET_INFO: () => call('info', []),
  ZERO: ({ svc }) => call('zero', svc === undefined ? [] : [serviceKey(svc)]),
  FLUSH: ({ svc }) => call('flush', [], svc),
};

const DUMPS: Record<string, Translation> = {
  GET_SERVICE: ({ svc }) => call('services', [], svc),
  GET_DEST: ({ svc }) => call('destinations', [svc && serviceKey(svc)]),
  GET_DAEMON: () => call('daemons', []),
};

/** `surplus` is what was sent along that the verb has no argument for. */
function call(verb: string, args: unknown[], surplus?: unknown): Call {
  if (surplus !== undefined) throw new Inexpressible('attributes that the command ignores');
  return { verb, args };
}

function destinationArguments(
  service: WireService | undefined,
  destination: WireDestination | undefined,
  options: boolean,
): unknown[] {
  return [service && serviceKey(service), destination && destinationSpec(destination, service, options)];
}

/** Throws `Inexpressible` where there is no such call. */
export function translate({ cmd, request, options = {}, errno }: Row): Call {
  return translateRequest(String(cmd), request, options, errno !== 'OK');
}

/** The same of a step of a set-up. */
export function translateStep([cmd, request]: Step): Call {
  return translateRequest(String(cmd), request as WireRequest, {}, false);
}

function translateRequest(cmd: string, request: WireRequest, options: WireOptions, refused: boolean): Call {
  refuseRaw(request);
  // NLA_F_NESTED on containers is how the library sends them anyway.
  const { dump, nestflag, bare, ...framing } = options;
  if (!(cmd in COMMANDS || cmd in DUMPS)) throw new Inexpressible('a command without a verb');
  const translation = (dump ? DUMPS : COMMANDS)[cmd];
  if (translation === undefined || Object.keys(framing).length > 0)
    throw new Inexpressible('netlink framing');
  return translation(request, refused);
}

function refuseRaw(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if ('hex' in value || 'raw_attrs' in value) throw new Inexpressible('raw bytes');
  for (const field of Object.values(value)) refuseRaw(field);
}

/** What the library should report of a state. */
export function translateState({ services = [], daemons = [], timeouts: config = DEFAULT_TIMEOUTS }: State) {
  return {
    table: services.map(({ dests = [], ...service }) => ({
      ...serviceSpec(service, false),
      destinations: dests.map((destination) => ({
        ...destinationSpec(destination, service, true),
        family: familyName(destination.af as number),
      })),
    })),
    daemons: daemons.map(daemonSpec),
    timeouts: timeouts(config),
  };
}
