// @ts-check
// All that tests need; with --emulator, also what counts instructions.
import { installMuslNode } from './consumers/musl/node.mjs';
import { GuestError } from './guest/error.mjs';
import { findEmulatedKernel } from './guest/qemu-kernel.mjs';
import { prepareGuest } from './guest/run.mjs';
import { build } from './setup/build.mjs';
import { SetupError } from './setup/error.mjs';
import { installModules } from './setup/modules.mjs';
import { unpackMonitoring } from './setup/monitoring.mjs';
import { needsToBuild, needsToCount, needsToTest } from './setup/needs.mjs';
import { installPackages } from './setup/packages.mjs';

const counts = process.argv.includes('--emulator');

try {
  installPackages([...needsToBuild, ...needsToTest, ...(counts ? needsToCount : [])]);
  prepareGuest();
  if (counts) findEmulatedKernel();
  unpackMonitoring();
  installModules();
  installModules('examples/agent');
  installModules('tools/consumers');
  installMuslNode();
  build();
} catch (error) {
  if (!(error instanceof SetupError || error instanceof GuestError)) throw error;
  console.error(`setup: ${error.message}`);
  process.exitCode = 1;
}
