// @ts-check
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const parts = ['package.json', 'dist', 'build/Release/lvs_netlink.node'];

/** The package, an empty program, and one that reads the table, where no time passes in waiting for a file system: in memory. */
export function copyPackage() {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-bench-'));
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
  const empty = join(folder, 'empty.js');
  writeFileSync(empty, '');
  const library = join(folder, 'dist/index.js');
  const table = join(folder, 'table.js');
  writeFileSync(
    table,
    `const { Ipvs } = require('${library}');\nIpvs.open().then((ipvs) => ipvs.table());\n`,
  );
  return { library, lvsadm: join(folder, 'dist/cli/lvsadm.js'), empty, table };
}
