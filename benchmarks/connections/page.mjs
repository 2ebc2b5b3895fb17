// @ts-check
import { tableOf } from './report.mjs';

/** @typedef {{ kernel: string, connections: number, emulated?: boolean, lines: import('./report.mjs').Line[] }} Run */

/**
 * The page of the results.
 *
 * @param {{ node: string, rounds: number }} about
 * @param {readonly Run[]} runs
 */
export function page({ node, rounds }, runs) {
  return `# The connection table

Node ${node}. Made by \`npm run bench:connections\`.

In User Mode Linux, with one processor, ${rounds} rounds measure everything in turn. Other work on the machine can only lengthen
that, so the ratios are of the least times of all rounds; beside them stand the least and the largest ratio of times in
the same round. A stall is the least of all rounds, the memory the most.

${runs.map(section).join('\n')}`;
}

/** @param {Run} run */
function section({ kernel, connections, emulated, lines }) {
  return `## ${connections.toLocaleString('en')} connections in Linux ${kernel}${emulated ? ', on an emulated processor' : ''}

${emulated ? `${EMULATED}\n\n` : ''}${tableOf(lines)}
`;
}

const EMULATED = `Its clock advances a nanosecond with each instruction, whatever else the machine does: the nearest thing to an otherwise
idle one. Everything is compiled by then.`;
