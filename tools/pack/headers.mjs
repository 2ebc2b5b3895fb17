// @ts-check
/*
 * Before packing: puts node-addon-api's headers into the package, which has no dependency and can be built from source
 * all the same. After it (--remove), takes them away: this folder builds with what package-lock.json names.
 */
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const from = dirname(createRequire(import.meta.url).resolve('node-addon-api/package.json'));
const to = fileURLToPath(new URL('../../native/node-addon-api', import.meta.url));

rmSync(to, { recursive: true, force: true });
if (!process.argv.includes('--remove')) {
  for (const file of ['napi.h', 'napi-inl.h', 'LICENSE.md']) cpSync(join(from, file), join(to, file));
}
