import { describe, expect, test } from '@jest/globals';
import type { BackendHandle } from '../../lib/backend/backend';
import { ConnectionReadings } from '../../lib/connections/readings';
import type { ConnectionField, ConnectionFilter } from '../../lib/model/connection';
import { fieldBits, packFilter } from '../../lib/wire/connection';

const TYPE = 'ERR_INVALID_ARG_TYPE';
const VALUE = 'ERR_INVALID_ARG_VALUE';
const RANGE = 'ERR_OUT_OF_RANGE';

describe('a filter that means nothing is refused', () => {
  test.each([
    [null, TYPE, 'filter must be an object'],
    [{ protocol: 'icmp' }, VALUE, 'filter.protocol must be one of tcp, udp, sctp'],
    [{ protocol: 6 }, TYPE, 'filter.protocol'],
    [{ protocol: 'ip-256' }, VALUE, 'filter.protocol'],
    [{ state: 5 }, TYPE, 'filter.state'],
    [{ state: '' }, VALUE, 'filter.state'],
    [{ state: 'TIME WAIT' }, VALUE, 'filter.state'],
    [{ state: 'X'.repeat(16) }, VALUE, 'filter.state'],
    [{ template: 1 }, TYPE, 'filter.template'],
    [{ client: '10.0.0.1' }, TYPE, 'filter.client'],
    [{ client: { address: '10.0.0' } }, VALUE, 'filter.client.address'],
    [{ client: { address: 'fe80::1%eth0' } }, VALUE, 'filter.client.address'],
    [{ client: { port: 65536 } }, RANGE, 'filter.client.port'],
    [{ destination: { port: '80' } }, TYPE, 'filter.destination.port'],
    [{ virtual: { fwmark: 0 } }, RANGE, 'filter.virtual.fwmark'],
    [{ virtual: { fwmark: 7, port: 80 } }, VALUE, 'filter.virtual has a fwmark'],
    [{ client: { address: '::1' }, virtual: { address: '10.0.0.1' } }, VALUE, 'filter.virtual.address'],
  ])('%j', (filter, code, message) => {
    const refusal = expect.objectContaining({ code, message: expect.stringContaining(message) });
    expect(() => packFilter(filter as ConnectionFilter)).toThrow(refusal);
  });

  test('a destination may be of another family than the client', () => {
    packFilter({ client: { address: '10.0.0.1' }, destination: { address: '::1' } });
  });
});

test.each([
  ['state', TYPE],
  [['weight'], VALUE],
  [['state', 1], TYPE],
])('a count by %j is refused', (by, code) => {
  expect(() => fieldBits(by)).toThrow(expect.objectContaining({ code }));
});

test('a bad filter or field throws at once', () => {
  const readings = new ConnectionReadings({} as BackendHandle);
  const filter = { state: '' };
  const refusal = expect.objectContaining({ code: VALUE });
  expect(() => readings.stream(filter, {})).toThrow(refusal);
  expect(() => readings.iterate(filter)).toThrow(refusal);
  expect(() => readings.countSync([], filter)).toThrow(refusal);
  expect(() => readings.count([], filter, {})).toThrow(refusal);
  expect(() => readings.count(['weight' as ConnectionField], {}, {})).toThrow(refusal);
});
