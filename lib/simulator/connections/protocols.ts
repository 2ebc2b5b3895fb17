/** The states that a protocol takes a connection through, and how long an entry lasts in each. */

import type { Timeouts } from '../control-plane/timeouts';

/** What the director sees of a connection. */
export type Event =
  /** The client's first packet: SYN, INIT, or a datagram. */
  | 'open'
  /** Packets of a connection that both sides have. */
  | 'traffic'
  /** The client ends its side. */
  | 'half'
  /** Both end theirs. */
  | 'fin'
  /** The client breaks it off. */
  | 'reset';

export interface ConnectionProtocol {
  number: number;
  /** The state that follows. `isOneWay`: what the real server answers is not seen. */
  next(state: string, event: Event, isOneWay: boolean): string;
  /** Seconds that an entry in this state lasts without a packet. */
  timeout(state: string, timeouts: Timeouts): number;
  isActive(state: string): boolean;
  /** Whether a template that made such a connection is assured by it. */
  isAssured(state: string, event: Event): boolean;
  /** Whether a client that opens anew in this state means another connection; `mode` is conn_reuse_mode. */
  isOver(state: string, mode: number, isOneWay: boolean): boolean;
}

/** Before the first packet. */
export const NO_STATE = 'NONE';

/** Seconds in states whose timeout cannot be set. */
const TCP_TIMEOUTS: Record<string, number> = {
  NONE: 2,
  SYN_RECV: 60,
  TIME_WAIT: 120,
  CLOSE: 10,
  CLOSE_WAIT: 60,
};

const TCP_ACTIVE = new Set(['ESTABLISHED', 'SYN_RECV']);

const tcp: ConnectionProtocol = {
  number: 6,
  next(state, event, isOneWay) {
    if (event === 'open') return state === 'ESTABLISHED' ? state : 'SYN_RECV';
    // Whatever comes of it, the client has answered the real server first.
    const answered = state === 'SYN_RECV' ? 'ESTABLISHED' : state;
    if (event === 'traffic') return answered;
    if (event === 'reset') return 'CLOSE';
    if (answered === 'CLOSE' || answered === 'TIME_WAIT') return answered;
    if (isOneWay) return 'FIN_WAIT';
    return event === 'half' ? 'CLOSE_WAIT' : 'TIME_WAIT';
  },
  timeout(state, timeouts) {
    if (state === 'ESTABLISHED') return timeouts.tcp;
    if (state === 'FIN_WAIT') return timeouts.tcpFin;
    return TCP_TIMEOUTS[state] as number;
  },
  isActive: (state) => TCP_ACTIVE.has(state),
  isAssured: (state) => state === 'ESTABLISHED',
  isOver: (state, mode, isOneWay) =>
    state === 'TIME_WAIT' || state === 'CLOSE' || (state === 'FIN_WAIT' && isOneWay && (mode & 2) !== 0),
};

const udp: ConnectionProtocol = {
  number: 17,
  next: () => 'UDP',
  timeout: (_, timeouts) => timeouts.udp,
  isActive: () => false,
  isAssured: (_, event) => event === 'traffic',
  isOver: () => false,
};

const SCTP_STATES: Record<Event, string> = {
  open: 'INIT1',
  traffic: 'ESTABLISHED',
  half: 'S-SENT',
  fin: 'CLOSED',
  reset: 'CLOSED',
};

const sctp: ConnectionProtocol = {
  number: 132,
  next(state, event) {
    const isEnding = state === 'S-SENT' || state === 'CLOSED';
    return event === 'traffic' && isEnding ? state : SCTP_STATES[event];
  },
  timeout: (state) => (state === 'ESTABLISHED' ? 900 : state === NO_STATE ? 2 : 60),
  isActive: (state) => state === 'ESTABLISHED',
  isAssured: (state) => state === 'ESTABLISHED',
  isOver: (state) => state === 'CLOSED',
};

/** By the number in the IP header. */
export const CONNECTION_PROTOCOLS: ReadonlyMap<number, ConnectionProtocol> = new Map(
  [tcp, udp, sctp].map((protocol) => [protocol.number, protocol]),
);
