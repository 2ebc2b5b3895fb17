// @ts-check
import { findKernel } from './kernels.mjs';
import { ownKernelServes, runInNamespace } from './namespace.mjs';
import { runInUml } from './uml.mjs';

/**
 * @typedef {object} GuestOptions
 * @property {string} [kernel] which kernel; without it, the machine's own if that has IPVS
 * @property {string} [memory]
 * @property {boolean} [showConsole]
 */

/**
 * Runs a command where it has an IPVS kernel to itself, and returns its exit status.
 *
 * @param {string[]} command
 * @param {GuestOptions} [options]
 * @returns {Promise<number>}
 */
export async function runInGuest(
  command,
  { kernel = defaultKernel(), memory = '1G', showConsole = false } = {},
) {
  if (!kernel && ownKernelServes()) return runInNamespace(command);
  return runInUml(findKernel(kernel), command, { memory, showConsole });
}

/** Fetches a kernel now, if one is needed and missing. */
export function prepareGuest() {
  const kernel = defaultKernel();
  if (kernel || !ownKernelServes()) findKernel(kernel);
}

function defaultKernel() {
  return process.env.LVS_KERNEL || undefined;
}
