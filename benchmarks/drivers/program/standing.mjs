// @ts-check
import { fileURLToPath } from 'node:url';
import { ruleFile, words } from '../words.mjs';
import { run } from './run.mjs';

const lvsadm = fileURLToPath(new URL('../../../dist/cli/lvsadm.js', import.meta.url));

/** What every driver that runs programs has of a driver: lvsadm makes the table that it finds, in a fifth of ipvsadm's time. */
export const standing = {
  translate: words,
  flush: () => run(['ipvsadm', '-C']),
  prepare: (/** @type {string[][]} */ commands) => {
    if (commands.length > 0) run([process.execPath, lvsadm, '-R'], ruleFile(commands));
  },
};
