// @ts-check
import { tableOf } from './report.mjs';

/**
 * @typedef {object} Run
 * @property {string} kernel
 * @property {number} connections
 * @property {number} [rounds] none on an emulated processor
 * @property {boolean} [emulated]
 * @property {import('./report.mjs').Line[]} lines
 */

/**
 * The page of the results.
 *
 * @param {{ node: string }} about
 * @param {readonly Run[]} runs
 */
export function page({ node }, runs) {
  return `# The connection table

Node ${node}. Made by \`npm run bench:connections\`.

User Mode Linux, with one processor, measures everything in turn, several rounds of it. Other work on the machine can only
lengthen that, so the ratios are of the least times of all rounds; beside them stand the least and the largest ratio of times
in the same round. A stall is the least of all rounds, the memory the most.

- Whatever reads the file takes the time of \`cat\`: the share that \`cat\` has of \`ipvsadm\` is the floor of any other.
  \`countConnections\` can be below \`cat\`, which writes what it reads: a second system call for each page.
- A process that lists connections for the first time compiles the code meanwhile. With a million of them this hardly
  shows; with 20,000 it is most of the time.
- What a system call takes in User Mode Linux hangs on the machine. On one other than that of this page it took 90 µs, a turn of the
  event loop 300 µs, and a hop to Node's pool and back 1.2 ms (2.4 and 80 to 130 µs outside of the guest): there an empty program for
  Node took 1.35 of what \`ipvsadm\` takes for 20,000 connections, and a loop over 300,000 took 2.6 times as long as \`cat\`,
  the synchronous one 1.5. So whole programs that list 20,000 connections are counted in instructions, too:
  \`list-connections\` in [the results](README.md).
- A timer in User Mode Linux is late even while nothing happens, so the bar of the stall holds where the clock counts
  instructions, at the end of the page.

${runs.map(section).join('\n')}`;
}

/** @param {Run} run */
function section({ kernel, connections, rounds, emulated, lines }) {
  const count = connections.toLocaleString('en');
  const title = emulated
    ? `## ${count} connections in Linux ${kernel}, on an emulated processor`
    : `## ${count} connections in Linux ${kernel}, ${rounds} rounds`;
  return [title, ...(emulated ? [EMULATED] : []), tableOf(lines)].join('\n\n').concat('\n');
}

const EMULATED = `Its clock advances a nanosecond with each instruction, whatever else the machine does: the nearest thing to an otherwise
idle one. Everything is compiled by then.`;
