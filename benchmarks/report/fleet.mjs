// @ts-check
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { render } from './render.mjs';

/**
 * What `examples/agent/scale` has measured with so many agents; milliseconds from a write.
 *
 * @typedef {object} FleetRow
 * @property {number} agents
 * @property {{ median: number, p99: number }} last until it is in the last agent's table
 * @property {{ bytesPerAgent: number }} write
 * @property {{ bytesPerAgent: number }} start
 */

/** @typedef {{ rows: FleetRow[], reconnect: { bytesPerAgent: number } }} FleetFigures */

/** @param {FleetFigures} figures @param {string} folder */
export async function drawFleetCharts({ rows, reconnect }, folder) {
  writeFileSync(join(folder, 'fleet-convergence.svg'), await render(convergence(rows)));
  const largest = /** @type {FleetRow} */ (rows.at(-1));
  writeFileSync(join(folder, 'fleet-bytes.svg'), await render(bytes(largest, reconnect)));
}

/** @param {FleetRow[]} rows @returns {import('vega-lite').TopLevelSpec} */
function convergence(rows) {
  const values = rows.flatMap(({ agents, last }) =>
    Object.entries(last).map(([of, milliseconds]) => ({ agents, of, milliseconds })),
  );
  return {
    title: "From a write to the last agent's table",
    background: 'white',
    width: 480,
    data: { values },
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: 'agents', type: 'quantitative', scale: { type: 'log' }, title: 'agents (log scale)' },
      y: { field: 'milliseconds', type: 'quantitative', scale: { type: 'log' }, title: 'ms (log scale)' },
      color: { field: 'of', type: 'nominal', title: null, scale: { range: ['#2a6f97', '#ae2012'] } },
    },
  };
}

/** @param {FleetRow} row @param {FleetFigures['reconnect']} reconnect @returns {import('vega-lite').TopLevelSpec} */
function bytes({ agents, write, start }, reconnect) {
  const values = [
    { what: 'a start: all documents', count: start.bytesPerAgent },
    { what: 'a write of one document', count: write.bytesPerAgent },
    { what: 'a connection again', count: reconnect.bytesPerAgent },
  ];
  const y = { field: 'what', type: /** @type {const} */ ('nominal'), sort: null, title: null };
  const scale = { type: /** @type {const} */ ('log'), domainMin: 1 };
  const x = { field: 'count', type: /** @type {const} */ ('quantitative'), scale };
  return /** @type {import('vega-lite').TopLevelSpec} */ ({
    title: `What etcd sends to each of ${agents} agents`,
    background: 'white',
    width: 480,
    data: { values },
    layer: [
      {
        mark: { type: 'bar', color: '#2a6f97' },
        encoding: { y, x: { ...x, title: 'bytes (log scale)' }, x2: { datum: 1 } },
      },
      {
        mark: { type: 'text', align: 'left', dx: 4 },
        encoding: { y, x, text: { field: 'count', format: ',' } },
      },
    ],
  });
}
