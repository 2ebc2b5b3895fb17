/** The example of tracing, with OpenTelemetry's own packages. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

test('requests become spans, under the span in which they were made', () => {
  const example = join(__dirname, '../../examples/tracing/main.mjs');
  const lines = execFileSync(process.execPath, [example], { encoding: 'utf8' }).trim().split('\n');
  const web = { 'server.address': '192.0.2.1', 'server.port': 80 };
  const span = (verb: string, parent: string | null, attributes: object, error: unknown = null) => {
    return { name: `ipvs ${verb}`, parent, attributes: { 'ipvs.verb': verb, ...attributes }, error };
  };
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    span('open', null, { 'ipvs.records': 1 }),
    span('addService', 'deploy', { ...web, 'ipvs.records': 1 }),
    span('batch', 'deploy', { 'ipvs.records': 2 }),
    span('addService', 'deploy', { ...web, 'error.type': 'EEXIST' }, expect.stringMatching(/exists already/)),
    { name: 'deploy', parent: null, attributes: {}, error: null },
    span('table', null, { 'ipvs.records': 1 }),
    span('deleteService', null, { ...web, 'ipvs.records': 1 }),
  ]);
});
