import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { DIFFERENCES } from '../../kernel/lvsadm/differences';

test('the page has the differences that the differential test accepts, and no others', () => {
  const page = readFileSync(join(__dirname, '../../../docs/lvsadm.md'), 'utf8');
  const [, table = ''] = page.split('## Where it differs');
  const documented = [...table.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name]) => name);
  expect(documented).toEqual(DIFFERENCES.map(({ name }) => name));
});
