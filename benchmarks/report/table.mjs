// @ts-check
import { drivers } from '../drivers/index.mjs';
import { trials } from '../trials/index.mjs';
import { bars, isMet } from './bars.mjs';

/**
 * @typedef {object} Run
 * @property {string} kernel
 * @property {string} node
 * @property {'instructions' | 'time'} measure
 * @property {number} [loading] what loading takes in real time, as a share of its bound
 */

/**
 * The figures as a page of Markdown.
 *
 * @param {import('./figures.mjs').Figure[]} figures
 * @param {Run} run
 */
export function writeTable(figures, { kernel, node, measure, loading }) {
  const counted = measure === 'instructions';
  const sections = Object.entries(trials).flatMap(([name, { title, unit, memory }]) => {
    const rows = figures.filter(({ trial }) => trial === name);
    if (rows.length === 0) return [];
    const base = rows.find(({ driver }) => driver === 'raw') ?? rows[0];
    const multiple = base?.driver === 'raw' ? '× the floor' : '× the first';
    const head = counted
      ? [
          `| driver | ${memory ? 'KiB' : 'instructions'} per ${unit} | first time in a process | ${multiple} |`,
          '|---|--:|--:|--:|',
        ]
      : [`| driver | ${multiple} | spread |`, '|---|--:|--:|'];
    const lines = rows.map(({ driver, warm, cold, spread, lacks }) => {
      const label = drivers[driver]?.title ?? 'this library';
      if (warm === undefined) return `| ${label} | ${lacks} |${counted ? ' | |' : ' |'}`;
      const times = base?.warm === undefined ? '' : (warm / base.warm).toFixed(2);
      return counted
        ? `| ${label} | ${whole(warm)} | ${whole(cold)} | ${times} |`
        : `| ${label} | ${times} | ${((spread ?? 0) * 100).toFixed(0)} % |`;
    });
    return [`## ${title}`, '', ...head, ...lines, ''];
  });
  const source = `Kernel ${kernel}, Node ${node}. Made by \`npm run ${counted ? 'bench' : 'bench:host'}\`.`;
  // Bars are ratios of instructions.
  return ['# Results', '', source, '', ...(counted ? barTable(figures, loading) : []), ...sections].join(
    '\n',
  );
}

/** @param {import('./figures.mjs').Figure[]} figures @param {number} [loading] */
function barTable(figures, loading) {
  const lines = bars(figures, loading).map((bar) => {
    const met = isMet(bar);
    const verdict = met === undefined ? 'not measured' : met ? 'met' : '**not met**';
    const counted = bar.counted === undefined ? '' : ` (counted: ${bar.counted.toFixed(2)})`;
    const ratio = `${bar.ratio?.toFixed(2) ?? ''}${counted}`;
    return `| ${bar.title} | ${bar.sense} ${bar.bound} | ${ratio} | ${verdict} |`;
  });
  return ['| bar | bound | ratio | |', '|---|--:|--:|---|', ...lines, ''];
}

/** @param {number | undefined} value */
function whole(value) {
  return Math.round(value ?? NaN).toLocaleString('en');
}
