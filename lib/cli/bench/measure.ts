/** How fast one way is: rounds, each in a namespace of its own, for as long as was asked for. */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { ThrowAwayNamespace } from './namespace';
import type { BenchOptions } from './options';
import { additions, churn, type Step, weights } from './trials';
import type { Session, Way } from './ways';

export interface Figures {
  way: string;
  channel: Way['channel'];
  /** Rules changed or read in a second. */
  rate: number;
  rules: number;
  /** Milliseconds that a call took: half of them, 99 % and 99.9 % no longer than this. */
  p50: number;
  p99: number;
  p999: number;
  calls: number;
  /** The longest time in milliseconds for which the event loop did not turn. */
  eventLoopDelay: number;
  /** Bytes of memory that the process had at the end; not of a program that is started. */
  rss?: number;
}

/** How many changes a round of churn has. */
const CHANGES = 1000;

interface Work {
  before: Step[];
  /** None: the table is read. */
  steps: Step[];
  rules: number;
}

export function workOf({ trial, services, destinations }: BenchOptions): Work {
  const standing = additions(services, destinations);
  const rules = standing.length;
  switch (trial) {
    case 'add':
      return { before: [], steps: standing, rules };
    case 'list':
      return { before: standing, steps: [], rules };
    case 'weights':
      return { before: standing, steps: weights(services, destinations), rules: rules - services };
    default:
      return { before: standing, steps: churn(services, destinations, CHANGES), rules: CHANGES };
  }
}

/** Ends between two rounds once `signal` is aborted. */
export async function measure(way: Way, options: BenchOptions, signal: AbortSignal): Promise<Figures> {
  const work = workOf(options);
  const reads = work.steps.length === 0;
  const took: number[] = [];
  const clocked = (milliseconds: number) => void took.push(milliseconds);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const end = performance.now() + options.milliseconds;
  let spent = 0;
  let rules = 0;
  do {
    signal.throwIfAborted();
    // The kernel compares each new destination with those that it has not forgotten yet: a table for each round.
    await inTable(way, work.before, async (session) => {
      do {
        delay.enable();
        const began = performance.now();
        await (reads ? session.read(clocked) : session.change(work.steps, clocked));
        spent += performance.now() - began;
        await setImmediate();
        delay.disable();
        rules += work.rules;
      } while (reads && performance.now() < end && !signal.aborted);
    });
  } while (performance.now() < end);
  took.sort((a, b) => a - b);
  const part = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0;
  return {
    way: way.name,
    channel: way.channel,
    rate: Math.round(rules / (spent / 1000)),
    rules,
    p50: part(0.5),
    p99: part(0.99),
    p999: part(0.999),
    calls: took.length,
    eventLoopDelay: delay.max / 1e6,
    ...(way.channel !== 'process' && { rss: process.memoryUsage.rss() }),
  };
}

async function inTable(way: Way, before: readonly Step[], work: (session: Session) => Promise<void>) {
  using netns = new ThrowAwayNamespace();
  const session = await way.open(netns);
  try {
    if (before.length > 0) await session.prepare(before);
    await work(session);
  } finally {
    await session.close();
  }
}
