// @ts-check
import { execFileSync } from 'node:child_process';
import { partDriver } from '../drivers/index.mjs';
import { median } from './figures.mjs';

/** How long loading the package may take beyond an empty module, in nanoseconds. */
export const loadingBound = 5e6;

const pairs = 21;

/**
 * What loading takes on the machine itself, in real time, as a share of the bound: the median of pairs of processes,
 * one with the package and one with an empty module.
 */
export function timeLoading() {
  const [program = '', ...args] = partDriver('require').command;
  const nanoseconds = JSON.parse(execFileSync(program, [...args, '', `${pairs}`], { encoding: 'utf8' }));
  return median(nanoseconds) / loadingBound;
}
