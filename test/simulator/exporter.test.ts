/** What `lvsadm exporter` answers, of a simulated director. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { labelsOf, placeOf } from '../../lib/cli/exporter/arguments';
import { respond } from '../../lib/cli/exporter/respond';
import type { Ipvs } from '../../lib/index';
import { IpvsMetrics } from '../../lib/metrics';
import { Simulator } from '../../lib/simulator';

let simulator: Simulator;
let ipvs: Ipvs;
let server: Server;
let address: string;

beforeEach(async () => {
  simulator = new Simulator();
  ipvs = await simulator.open();
  const source = { ipvs, metrics: new IpvsMetrics(ipvs) };
  server = createServer((request, response) => respond(source, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await ipvs.close();
});

async function ask(path: string, init: RequestInit = {}) {
  const response = await fetch(address + path, init);
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

test('the metrics, in the format that is asked for', async () => {
  expect(await ask('/metrics')).toMatchObject({
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
    text: expect.stringContaining('\nipvs_services 0\n'),
  });
  const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5';
  expect(await ask('/metrics', { headers: { accept } })).toMatchObject({
    status: 200,
    type: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
    text: expect.stringMatching(/# EOF\n$/),
  });
  expect(await ask('/metrics', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
});

test('a scrape that fails is an error with the reason, and the next one goes well', async () => {
  const fault = simulator.fail({ syscall: 'stats', errno: 'EPERM' });
  expect(await ask('/metrics')).toMatchObject({
    status: 503,
    text: expect.stringMatching(/^stats: .*EPERM/),
  });
  fault.restore();
  expect(await ask('/metrics')).toMatchObject({
    status: 200,
    text: expect.stringContaining('ipvs_read_errors_total{code="EPERM"} 1\n'),
  });
});

test('whether the kernel answers', async () => {
  expect(await ask('/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
  simulator.fail({ syscall: 'info', errno: 'EPERM' });
  expect(await ask('/healthz')).toMatchObject({ status: 503, text: expect.stringContaining('EPERM') });
});

test('a landing page, and nothing else', async () => {
  expect(await ask('/')).toMatchObject({ status: 200, text: expect.stringContaining('href="/metrics"') });
  expect(await ask('/metric')).toMatchObject({ status: 404 });
  expect(await ask('/metrics', { method: 'POST' })).toMatchObject({ status: 405 });
});

test('places to listen at', () => {
  expect(placeOf('127.0.0.1:9469')).toEqual({ host: '127.0.0.1', port: 9469 });
  expect(placeOf('[::1]:1')).toEqual({ host: '::1', port: 1 });
  expect(placeOf(':9469')).toEqual({ port: 9469 });
  for (const wrong of ['9469', '127.0.0.1', '::1:9469', 'host:1', '[::1]', '1.2.3.4:99999', '[1.2.3.4]:1']) {
    expect(() => placeOf(wrong)).toThrow(/^--listen .*: must be like 127.0.0.1:9469/);
  }
});

test('labels', () => {
  expect(labelsOf(['a=b', 'c=d=e', 'f='])).toEqual({ a: 'b', c: 'd=e', f: '' });
  expect(() => labelsOf(['=b'])).toThrow('--label =b: must be like region=eu');
});
