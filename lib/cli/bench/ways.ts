/** The ways in which the same steps are carried out: this library's, by both channels, and ipvsadm. */

import { execFileSync } from 'node:child_process';
import type { Command, OpenOptions } from '../../index';
import { Ipvs, IpvsSync } from '../../index';
import type { ThrowAwayNamespace } from './namespace';
import type { Place, Step } from './trials';

/** Tells how long a call took, in milliseconds. */
export type Clocked = (took: number) => void;

/** A table that one way works on. */
export interface Session {
  /** Makes what the steps find; not measured. */
  prepare(steps: readonly Step[]): Promise<void>;
  /** Carries the steps out. */
  change(steps: readonly Step[], clocked: Clocked): Promise<void>;
  /** Reads the whole table. */
  read(clocked: Clocked): Promise<void>;
  close(): Promise<void>;
}

export interface Way {
  /** `batch`, `one by one`. */
  name: string;
  /** How the kernel is reached; `process`: by a program that is started for it. */
  channel: 'netlink' | 'socket-options' | 'process';
  /** It can do nothing but read, or nothing but change. */
  only?: 'read' | 'change';
  open(netns: ThrowAwayNamespace): Promise<Session>;
}

/** How many commands a call of `batch` has, and how many are asked for at the same time by `concurrent`. */
export const TOGETHER = 1000;

const CHANNELS = ['netlink', 'socket-options'] as const;

type Change = (ipvs: Ipvs, commands: readonly Command[], clocked: Clocked) => Promise<unknown>;

async function timed<T>(clocked: Clocked, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  clocked(performance.now() - began);
  return result;
}

function call(ipvs: Ipvs | IpvsSync, command: Command): unknown {
  switch (command.op) {
    case 'addService':
      return ipvs.addService(command.service);
    case 'deleteService':
      return ipvs.deleteService(command.service);
    case 'addDestination':
      return ipvs.addDestination(command.service, command.destination);
    case 'setDestination':
      return ipvs.setDestination(command.service, command.destination);
    case 'deleteDestination':
      return ipvs.deleteDestination(command.service, command.destination);
    default:
      throw new Error(`no trial has ${command.op}`);
  }
}

function* parts<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let n = 0; n < list.length; n += TOGETHER) yield list.slice(n, n + TOGETHER);
}

const CHANGES: Record<string, Change> = {
  async batch(ipvs, commands, clocked) {
    for (const part of parts(commands)) await timed(clocked, () => ipvs.batch(part));
  },
  async concurrent(ipvs, commands, clocked) {
    for (const part of parts(commands)) {
      await Promise.all(part.map((command) => timed(clocked, () => call(ipvs, command) as Promise<void>)));
    }
  },
  async 'one by one'(ipvs, commands, clocked) {
    for (const command of commands) await timed(clocked, () => call(ipvs, command) as Promise<void>);
  },
};

function asynchronous(
  name: string,
  change: Change,
  channel: (typeof CHANNELS)[number],
  only: Way['only'],
): Way {
  return {
    name,
    channel,
    ...(only && { only }),
    async open({ options }) {
      const ipvs = await Ipvs.open({ ...options, channel });
      return {
        prepare: async (steps) => void (await ipvs.batch(steps.map(asCommand))),
        change: async (steps, clocked) => void (await change(ipvs, steps.map(asCommand), clocked)),
        read: async (clocked) => void (await timed(clocked, () => ipvs.table())),
        close: () => ipvs.close(),
      };
    },
  };
}

function synchronous(channel: (typeof CHANNELS)[number]): Way {
  return {
    name: 'sync',
    channel,
    async open({ options }: { options: OpenOptions }) {
      const ipvs = IpvsSync.open({ ...options, channel });
      const clock = (clocked: Clocked, work: () => unknown) => {
        const began = performance.now();
        work();
        clocked(performance.now() - began);
      };
      return {
        prepare: async (steps) => void ipvs.batch(steps.map(asCommand)),
        change: async (steps, clocked) => {
          for (const command of steps.map(asCommand)) clock(clocked, () => call(ipvs, command));
        },
        read: async (clocked) => clock(clocked, () => ipvs.table()),
        close: async () => ipvs.close(),
      };
    },
  };
}

/** Where it is installed. A program that works in another namespace is started there by nsenter. */
const IPVSADM: Way = {
  name: 'ipvsadm',
  channel: 'process',
  async open({ path }) {
    const run = (args: string[], input = '') =>
      execFileSync('nsenter', [`--net=${path}`, 'ipvsadm', ...args], {
        input,
        maxBuffer: 2 ** 30,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
    const restore = (steps: readonly Step[]) => run(['-R'], steps.map(asLine).join(''));
    return {
      prepare: async (steps) => void restore(steps),
      change: (steps, clocked) => timed(clocked, async () => void restore(steps)),
      read: (clocked) => timed(clocked, async () => void run(['-L', '-n'])),
      close: async () => {},
    };
  },
};

/** Those that there are here. */
export function findWays(): Way[] {
  const ways = CHANNELS.flatMap((channel) => [
    ...Object.entries(CHANGES).map(([name, change]) => asynchronous(name, change, channel, 'change')),
    asynchronous('async', CHANGES['one by one'] as Change, channel, 'read'),
    synchronous(channel),
  ]);
  return hasIpvsadm() ? [...ways, IPVSADM] : ways;
}

function hasIpvsadm(): boolean {
  try {
    execFileSync('ipvsadm', ['--version'], { stdio: 'ignore' });
    execFileSync('nsenter', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What a caller of the library holds. */
function asCommand(step: Step): Command {
  const key = { protocol: 'tcp', address: step.service.address, port: step.service.port } as const;
  switch (step.op) {
    case 'addService':
      return {
        op: step.op,
        service: { protocol: 'tcp', address: key.address, port: key.port, scheduler: 'rr' },
      };
    case 'deleteService':
      return { op: step.op, service: key };
    case 'deleteDestination':
      return { op: step.op, service: key, destination: step.destination };
    default: {
      const { address, port } = step.destination;
      return {
        op: step.op,
        service: key,
        destination: { address, port, forward: 'masq', weight: step.weight },
      };
    }
  }
}

const LETTERS = {
  addService: '-A',
  deleteService: '-D',
  addDestination: '-a',
  setDestination: '-e',
  deleteDestination: '-d',
} as const;

/** As a rule file has it. */
function asLine(step: Step): string {
  const at = ({ address, port }: Place) => `${address}:${port}`;
  const line = `${LETTERS[step.op]} -t ${at(step.service)}`;
  switch (step.op) {
    case 'addService':
      return `${line} -s rr\n`;
    case 'deleteService':
      return `${line}\n`;
    case 'deleteDestination':
      return `${line} -r ${at(step.destination)}\n`;
    default:
      return `${line} -r ${at(step.destination)} -m -w ${step.weight}\n`;
  }
}
