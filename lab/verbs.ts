import type { Endpoint, Family } from '@lvs/netlink';

/** Where a request goes, and how it is made. */
export interface RequestOptions extends Endpoint {
  /** Own address to come from; absent, the kernel chooses. */
  from?: string;
  /** Milliseconds until the request fails with ETIMEDOUT. Default 10000. */
  timeout?: number;
  /** Bytes of padding that the answer shall carry. Default 0. */
  padding?: number;
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

/** What any host of the lab can do, in its own network namespace. */
export interface Verbs {
  /** Answers HTTP on a port of every address, with its name and the client's address. */
  serveHttp(options: { name: string; port: number }): Promise<void>;
  /** Answers each datagram likewise. */
  serveUdp(options: { name: string; port: number; family: Family }): Promise<void>;
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
