/** The program, as lvsadm.ts starts it. */

export { main } from './main';
export { start } from './process';
