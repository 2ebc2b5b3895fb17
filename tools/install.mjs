// @ts-check
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { addonLoads } from './install/addon.mjs';
import { installCommands, needsToBuild, unmet } from './install/needs.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

if (process.platform === 'linux' && !addonLoads()) {
  const reason = build();
  if (reason) {
    console.error(notice(reason));
    if (process.env.npm_config_build_from_source) process.exitCode = 1;
  }
}

/** @returns {string | undefined} why it could not be built */
function build() {
  const missing = unmet(needsToBuild);
  if (missing.length > 0) return `missing: ${missing.map(({ what }) => what).join(', ')}`;
  const gyp = nodeGyp();
  if (!gyp) return 'missing: node-gyp, which npm brings along';
  const { status, stderr } = spawnSync(process.execPath, [gyp, 'rebuild'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) return `node-gyp failed\n${stderr.trim().replace(/^/gm, '  | ')}`;
  if (!addonLoads()) return 'what was built does not load';
  return undefined;
}

function nodeGyp() {
  if (process.env.npm_config_node_gyp) return process.env.npm_config_node_gyp;
  try {
    return createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  } catch {
    return undefined;
  }
}

/**
 * The package itself is fine without its addon: it says so when it is opened.
 *
 * @param {string} reason
 */
function notice(reason) {
  const [headline, ...details] = reason.split('\n');
  return [
    `@lvs/netlink: the native addon was not built: ${headline}`,
    ...details.slice(-30),
    'The package can be imported; opening IPVS fails with ERR_IPVS_ADDON_MISSING until it is built. To build it:',
    ...installCommands(needsToBuild),
    '  and then:       npm rebuild @lvs/netlink',
  ].join('\n');
}
