// @ts-check
import { ruleFile, words } from '../words.mjs';
import { run } from './run.mjs';

/** What every driver that runs programs has of a driver: ipvsadm makes the table that it finds. */
export const standing = {
  translate: words,
  flush: () => run(['ipvsadm', '-C']),
  prepare: (/** @type {string[][]} */ commands) => {
    if (commands.length > 0) run(['ipvsadm', '-R'], ruleFile(commands));
  },
};
