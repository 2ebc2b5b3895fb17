// @ts-check
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const parts = ['package.json', 'dist', 'build/Release/lvs_netlink.node'];

/** The package, an empty program, and programs that list, where no time passes in waiting for a file system: in memory. */
export function copyPackage() {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-bench-'));
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
  const empty = join(folder, 'empty.js');
  writeFileSync(empty, '');
  const table = join(folder, 'table.cjs');
  cpSync(fileURLToPath(new URL('table.cjs', import.meta.url)), table);
  const connections = join(folder, 'connections.cjs');
  cpSync(join(root, 'benchmarks/connections/list.cjs'), connections);
  return {
    library: join(folder, 'dist/index.js'),
    lvsadm: join(folder, 'dist/cli/lvsadm.js'),
    empty,
    table,
    connections,
  };
}
