// @ts-check
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const path = fileURLToPath(new URL('../../build/Release/lvs_netlink.node', import.meta.url));

/** Whether there is a build that works here: of this platform, with the libraries that it is linked to. */
export function addonLoads() {
  if (!existsSync(path)) return false;
  try {
    require(path);
    return true;
  } catch {
    return false;
  }
}
