// @ts-check
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drivers } from '../drivers/index.mjs';
import { trials } from '../trials/index.mjs';
import { render } from './render.mjs';

const ours = new Set(['batch', 'sync-batch', 'concurrent', 'async', 'sync']);
const charted = ['add', 'delete', 'weights', 'round-trip', 'table', 'large-table', 'large-service', 'churn'];

/**
 * A bar chart of each trial as an SVG file.
 *
 * @param {import('./figures.mjs').Figure[]} figures
 * @param {string} folder
 */
export async function drawCharts(figures, folder) {
  for (const name of charted) {
    const rows = figures.filter(({ trial, warm }) => trial === name && warm !== undefined);
    const trial = trials[name];
    if (rows.length === 0 || !trial) continue;
    writeFileSync(join(folder, `${name}.svg`), await render(barChart(trial, rows)));
  }
  const growth = figures.filter(({ trial, warm }) => trial.startsWith('growth-') && warm !== undefined);
  if (growth.length > 0) writeFileSync(join(folder, 'growth.svg'), await render(growthChart(growth)));
}

/**
 * @param {import('../trials/work.mjs').Work} trial
 * @param {import('./figures.mjs').Figure[]} rows
 * @returns {import('vega-lite').TopLevelSpec}
 */
function barChart({ title, unit }, rows) {
  const values = rows.map(({ driver, warm }) => ({
    driver: drivers[driver]?.title ?? driver,
    kind: ours.has(driver) ? '@lvs/netlink' : driver.startsWith('raw') ? 'the floor' : 'others',
    count: Math.round(warm ?? 0),
  }));
  const order = values.toSorted((a, b) => a.count - b.count).map(({ driver }) => driver);
  const most = Math.max(...values.map(({ count }) => count));
  const least = Math.min(...values.map(({ count }) => count));
  const scale =
    most > 20 * least
      ? { type: /** @type {const} */ ('log'), domainMin: 10 ** Math.floor(Math.log10(least)) }
      : { zero: true };
  const y = { field: 'driver', type: /** @type {const} */ ('nominal'), sort: order, title: null };
  const x = { field: 'count', type: /** @type {const} */ ('quantitative'), scale };
  return /** @type {import('vega-lite').TopLevelSpec} */ ({
    title,
    background: 'white',
    width: 480,
    data: { values },
    config: { axis: { labelLimit: 260 } },
    layer: [
      {
        mark: 'bar',
        encoding: {
          y,
          x: { ...x, title: `instructions per ${unit}${'type' in scale ? ' (log scale)' : ''}` },
          ...('type' in scale && { x2: { datum: scale.domainMin } }),
          color: {
            field: 'kind',
            title: null,
            scale: {
              domain: ['@lvs/netlink', 'the floor', 'others'],
              range: ['#2a6f97', '#495057', '#ced4da'],
            },
          },
        },
      },
      {
        mark: { type: 'text', align: 'left', dx: 4 },
        encoding: { y, x, text: { field: 'count', format: ',' } },
      },
    ],
  });
}

/** @param {import('./figures.mjs').Figure[]} rows @returns {import('vega-lite').TopLevelSpec} */
function growthChart(rows) {
  const values = rows.map(({ trial, driver, warm }) => ({
    services: Number(trial.replace('growth-', '')),
    driver: drivers[driver]?.title ?? driver,
    count: warm,
  }));
  return {
    title: 'The cost of a rule, by how many services are added',
    background: 'white',
    width: 480,
    data: { values },
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: 'services', type: 'quantitative', scale: { type: 'log' }, title: 'services (log scale)' },
      y: {
        field: 'count',
        type: 'quantitative',
        scale: { type: 'log' },
        title: 'instructions per rule (log scale)',
      },
      color: {
        field: 'driver',
        type: 'nominal',
        title: null,
        // In the order of the lines, and a colour for each.
        sort: { field: 'count', op: 'max', order: 'descending' },
        scale: { scheme: 'category20' },
        legend: { labelLimit: 0 },
      },
    },
  };
}
