// @ts-check
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawFleetCharts } from '../benchmarks/report/fleet.mjs';

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const results = path('benchmarks/results');
const out = `${results}/fleet.json`;

const args = [path('examples/agent/scale/main.mjs'), '--out', out, ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
if (status === 0) await drawFleetCharts(JSON.parse(readFileSync(out, 'utf8')), results);
process.exitCode = status ?? 1;
