/** What was recorded on real kernels by capture/capture.mjs. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from './replay/script';

function load(file: string): unknown {
  return JSON.parse(readFileSync(join(__dirname, 'recorded', file), 'utf8'));
}

function bytes(hex: readonly string[]): Buffer[] {
  return hex.map((each) => Buffer.from(each, 'hex'));
}

export class RecordedKernel {
  readonly release: string;
  readonly family: number;
  /** /proc/net/ip_vs_conn */
  readonly connections: string;
  readonly #replies: Record<string, string[]>;

  constructor(version: string) {
    const { kernel, family, connections, replies } = load(`kernel-${version}.json`) as {
      kernel: string;
      family: number;
      connections: string;
      replies: Record<string, string[]>;
    };
    this.release = kernel;
    this.family = family;
    this.connections = connections;
    this.#replies = replies;
  }

  /** The datagrams of an answer. */
  reply(name: string): Buffer[] {
    const reply = this.#replies[name];
    if (reply === undefined) throw new Error(`nothing recorded under the name ${name}`);
    return bytes(reply);
  }

  /** The first datagram of an answer. */
  first(name: string): Buffer {
    return this.reply(name)[0] as Buffer;
  }

  /** A script that answers the sends with what was recorded under these names. */
  script(...names: string[]): Script {
    return names.reduce((script, name) => script.answer(...this.reply(name)), new Script(this.family));
  }
}

export const KERNELS = ['6.1', '6.12', '7.2'].map((version) => new RecordedKernel(version));
export const OLDEST = KERNELS[0] as RecordedKernel;

/** What ipvsadm sends: the buffers of each command line, and the family's id at that time. */
export const ipvsadm = load('ipvsadm.json') as {
  ipvsadm: string;
  kernel: string;
  family: number;
  cases: Record<string, { command: string; sent: string[] }>;
};

export function sentByIpvsadm(name: string): Buffer[] {
  const found = ipvsadm.cases[name];
  if (found === undefined) throw new Error(`nothing recorded under the name ${name}`);
  return bytes(found.sent);
}
