import type { Endpoint, Family } from '@lvs/netlink';

/** Where a request goes, and how it is made. */
export interface RequestOptions extends Endpoint {
  /** Own address to come from; absent, the kernel chooses. */
  from?: string;
  /** Own port to come from; absent, the kernel chooses. */
  fromPort?: number;
  /** Milliseconds until the request fails with ETIMEDOUT. Default 10000. */
  timeout?: number;
  /** Bytes of padding that the answer shall carry. Default 0. */
  padding?: number;
  /** Bytes of padding that the request carries, up to 8000. Default 0. */
  load?: number;
}

/** A real server's answer. */
export interface Answer {
  /** Name of the host that answered. */
  server: string;
  /** The client as that host saw it. */
  client: Endpoint;
}

/** No answer: the errno name says why (ECONNREFUSED, ECONNRESET, ETIMEDOUT, EHOSTUNREACH, …). */
export interface NoAnswer {
  error: string;
}

/** What came of one request. */
export type Reply = Answer | NoAnswer;

/** Clients that go on asking for the same service, and how many there are of each kind. */
export interface CrowdOptions extends Endpoint {
  /** Own addresses to come from, in turn. */
  from: readonly string[];
  /** Milliseconds between two requests of one client. */
  pause: number;
  /** Milliseconds that a client waits for an answer. Default 2000. */
  patience?: number;
  /** Each request over a connection of its own, from a port of its own. */
  fresh?: number;
  /** Each over a connection of its own, and each client from one port all the time; the server closes first. */
  reusing?: number;
  /** All over one connection. */
  keeping?: number;
  /** Those that keep a connection make another one after so many requests. */
  lifetime?: number;
  /** Datagrams, each client's from one port. */
  flows?: number;
  /** The port of the first client that has one. */
  firstPort: number;
  /** Connections from ports of their own, and those that are kept, end by a reset. */
  resets?: boolean;
}

/** One of them. */
export interface CrowdClient {
  kind: 'fresh' | 'reusing' | 'keeping' | 'flows';
  localAddress: string;
  localPort: number | undefined;
  port: number;
}

/** By kind of client: how many answers each server gave, by its name; what had none counts under its error. */
export type CrowdTally = Record<string, Record<string, number>>;

export interface CrowdVerbs {
  /** Answers each line with its name; after the line `end` it closes the connection. */
  serveLines(options: { name: string; port: number }): Promise<void>;
  /** Clients that go on until `endCrowd`. Returns what the crowd is called in the other verbs. */
  startCrowd(options: CrowdOptions): Promise<number>;
  /** Clients that keep a connection give it up, and make no other. */
  leaveCrowd(crowd: number): Promise<void>;
  /** What they met since the last time. */
  tallyOfCrowd(crowd: number): Promise<CrowdTally>;
  /** Ends it, and returns what they met since the last time. */
  endCrowd(crowd: number): Promise<CrowdTally>;
}

/** What any host of the lab can do, in its own network namespace. */
export interface Verbs extends CrowdVerbs {
  /** Answers HTTP on a port of every address, with its name and the client's address. */
  serveHttp(options: { name: string; port: number }): Promise<void>;
  /** Answers each datagram likewise; from `address`, where it is given: an answer bears the address that is bound. */
  serveUdp(options: { name: string; port: number; family: Family; address?: string }): Promise<void>;
  /** One HTTP request over a connection of its own. */
  get(options: RequestOptions): Promise<Reply>;
  /** One datagram from a port of its own, and the wait for its answer. */
  ask(options: RequestOptions): Promise<Reply>;
  /** Sets kernel parameters by their dotted names, and returns what they were. */
  sysctl(values: Record<string, string>): Promise<Record<string, string>>;
  /** Bytes that an interface has sent so far. */
  sentBytes(name: string): Promise<number>;
}

/** A verb's arguments on their way to a host's process. */
export interface Call {
  id: number;
  verb: keyof Verbs;
  args: unknown[];
}

/** What came of a call; `error` is the text of what it threw. */
export interface Return {
  id: number;
  value?: unknown;
  error?: string;
}
