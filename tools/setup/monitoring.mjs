// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { downloadPackages } from '../guest/archive.mjs';
import { SetupError } from './error.mjs';
import { root } from './run.mjs';

const suite = 'bookworm';
const folder = join(root, '.cache/monitoring');

/** Prometheus, promtool and node_exporter, which tests run: unpacked, since installing them would start them for good. */
export function unpackMonitoring() {
  if (existsSync(join(folder, 'usr/bin/promtool'))) return;
  console.error(`setup: fetching Prometheus from Debian ${suite} (once)`);
  const fresh = `${folder}.${process.pid}`;
  try {
    const archives = join(fresh, 'archives');
    mkdirSync(archives, { recursive: true });
    for (const archive of downloadPackages(suite, ['prometheus', 'prometheus-node-exporter'], archives)) {
      const { status, stderr } = spawnSync('dpkg-deb', ['--extract', archive, fresh], { encoding: 'utf8' });
      if (status !== 0) throw new SetupError(`dpkg-deb --extract ${archive} failed: ${stderr.trim()}`);
    }
    rmSync(archives, { recursive: true });
    if (!existsSync(folder)) renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
