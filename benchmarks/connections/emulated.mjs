// @ts-check
/*
 * What run.mjs runs on an emulated processor, whose clock counts instructions: there no other work on the machine can
 * lengthen a stall. Prints { streaming, idle } as the last line, in milliseconds of a processor that carries out one
 * instruction a nanosecond.
 */
import { setTimeout } from 'node:timers/promises';
import { Ipvs } from '@lvs/netlink';
import { gather } from './crowd.mjs';
import { longestStall } from './stall.mjs';

/** So that the code is compiled: by then the compiler's threads have no more work, which is work of one processor, too. */
const WARM_UP = 10;

const size = Number(process.argv[2]);
const ipvs = await Ipvs.open();
await gather(ipvs, size);
for (let i = 0; i < WARM_UP; i++) await stream();
const streaming = await longestStall(stream);
const idle = await longestStall(() => setTimeout(1000));
await ipvs.close();
console.log(JSON.stringify({ streaming, idle }));

async function stream() {
  let connections = 0;
  for await (const _ of ipvs.connections()) {
    connections++;
    await undefined;
  }
  if (connections !== size) throw new Error(`saw ${connections} connections of ${size}`);
}
