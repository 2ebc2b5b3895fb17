// @ts-check
import { fileURLToPath } from 'node:url';

/** Where guests keep what outlives them: unpacked kernels, module trees, logs of failures. */
export const cache = fileURLToPath(new URL('../../.cache/guest', import.meta.url));
