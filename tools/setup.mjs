// @ts-check
import { GuestError } from './guest/error.mjs';
import { prepareGuest } from './guest/run.mjs';
import { build } from './setup/build.mjs';
import { SetupError } from './setup/error.mjs';
import { installModules } from './setup/modules.mjs';
import { installPackages } from './setup/packages.mjs';

try {
  installPackages();
  prepareGuest();
  installModules();
  build();
} catch (error) {
  if (!(error instanceof SetupError || error instanceof GuestError)) throw error;
  console.error(`setup: ${error.message}`);
  process.exitCode = 1;
}
