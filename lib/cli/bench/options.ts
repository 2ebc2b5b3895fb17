/** The values of the benchmark's options. */

import { CommandLineError } from '../../rules/command-line-error';
import type { Given } from '../program-options';
import { millisecondsOf } from '../seconds';

export const TRIALS = ['churn', 'add', 'list', 'weights'] as const;
export type Trial = (typeof TRIALS)[number];

export interface BenchOptions {
  trial: Trial;
  services: number;
  /** Of each service. */
  destinations: number;
  milliseconds: number;
}

/** What one service's port and the addresses of trials.ts have room for. */
const MOST_SERVICES = 65536;
const MOST_RULES = 1_000_000;

export function optionsOf(given: Given, trial: string | undefined): BenchOptions {
  if (!TRIALS.includes(trial as Trial)) {
    throw new CommandLineError(`${trial}: must be ${TRIALS.slice(0, -1).join(', ')} or ${TRIALS.at(-1)}`);
  }
  const rules = numberOf('rules', given.rules as string | undefined, 2, MOST_RULES) ?? 2200;
  const most = Math.min(MOST_SERVICES, Math.floor(rules / 2));
  const services =
    numberOf('services', given.services as string | undefined, 1, most) ??
    Math.min(most, Math.ceil(rules / 11));
  const milliseconds = millisecondsOf('seconds', given.seconds as string | undefined, 1) ?? 2000;
  return { trial: trial as Trial, services, destinations: Math.round(rules / services) - 1, milliseconds };
}

function numberOf(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || number > most) {
    throw new CommandLineError(`--${option} ${text}: must be a number from ${least} to ${most}`);
  }
  return number;
}
