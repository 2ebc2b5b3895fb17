import { expect, test } from '@jest/globals';
import { loadAddon } from '../../lib/backend/addon';
import * as records from '../../lib/wire/records';

const LAYOUTS = {
  request: records.REQUEST,
  status: records.STATUS,
  service: records.SERVICE,
  destination: records.DESTINATION,
  stats: records.STATS,
  daemon: records.DAEMON,
  timeouts: records.TIMEOUTS,
  info: records.INFO,
  connection: records.CONNECTION,
  connectionPart: records.CONNECTION_PART,
  connectionFilter: records.CONNECTION_FILTER,
};

test('both sides lay every record out alike', () => {
  expect(LAYOUTS).toEqual(loadAddon().layout());
});
