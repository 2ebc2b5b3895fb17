// @ts-check
/*
 * Drains under load on both kernels, in every cell of the tables of docs/draining.md, and checks that the page says what
 * was found. `--write` has the page say it; `--last` takes what the last run has found.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportFailure } from './guest/error.mjs';
import { runInGuest } from './guest/run.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const KERNELS = ['6.1', '7.2'];
const METHODS = { masq: 'NAT', droute: 'direct routing', tunnel: 'tunnel' };
const FOLDER = '.cache/draining';
const PAGE = 'docs/draining.md';
const BEGIN = '<!-- tables: npm run test:draining -->';
const END = '<!-- end of the tables -->';

/** @typedef {Record<string, Record<string, string[]>>} Cells by row and column */

try {
  const status = process.argv.includes('--last') ? 0 : await drain();
  process.exitCode = status === 0 ? compare(process.argv.includes('--write')) : status;
} catch (error) {
  process.exitCode = reportFailure(error);
}

/** Fills the cells. */
async function drain() {
  rmSync(FOLDER, { recursive: true, force: true });
  for (const kernel of KERNELS) {
    const jest = [
      process.execPath,
      'node_modules/jest/bin/jest.js',
      '--selectProjects',
      'draining',
      '--runInBand',
    ];
    const status = await runInGuest(jest, { kernel });
    if (status !== 0) return status;
  }
  return 0;
}

/** Compares the page with the cells. @param {boolean} writes */
function compare(writes) {
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest = ''] = page.split(BEGIN);
  const after = rest.split(END)[1];
  const wanted = `${before}${BEGIN}\n\n${tables()}\n${END}${after}`;
  if (wanted === page) return 0;
  if (writes) writeFileSync(PAGE, wanted);
  else console.error(`${PAGE} does not say what was found: npm run test:draining -- --write`);
  return writes ? 0 : 1;
}

/** A table for each forwarding method. */
function tables() {
  return Object.entries(METHODS)
    .map(([method, title]) =>
      table(
        title,
        KERNELS.map((kernel) => cellsOf(kernel, method)),
      ),
    )
    .join('\n');
}

/** @param {string} kernel @param {string} method @returns {Cells} */
function cellsOf(kernel, method) {
  return JSON.parse(readFileSync(join(FOLDER, `${kernel}-${method}.json`), 'utf8'));
}

/** @param {string} title @param {Cells[]} byKernel */
function table(title, byKernel) {
  const [first] = /** @type {[Cells]} */ (byKernel);
  const columns = [...new Set(Object.values(first).flatMap((row) => Object.keys(row)))];
  const lines = Object.keys(first).map((row) => {
    const cells = columns.map((column) => cell(byKernel.map((cells) => cells[row]?.[column])));
    return `| ${[row, ...cells].join(' | ')} |`;
  });
  const headings = columns.map((column) => column.replace(/\w+_\w+( \d)?/g, '`$&`'));
  return [
    `| ${title} | ${headings.join(' | ')} |`,
    `| --- |${' --- |'.repeat(columns.length)}`,
    ...lines,
    '',
  ].join('\n');
}

/** What was found, by kernel where they differ. @param {(string[] | undefined)[]} found */
function cell(found) {
  const texts = found.map((words) => (words === undefined ? '' : words.join(', ') || '✓'));
  if (texts.every((text) => text === texts[0])) return texts[0];
  return texts.map((text, n) => `${text} (${KERNELS[n]})`).join(', ');
}
