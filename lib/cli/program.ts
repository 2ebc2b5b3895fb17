/** The program, as lvsadm.ts starts it. */

export { main } from './main';
export { processIo } from './process';
