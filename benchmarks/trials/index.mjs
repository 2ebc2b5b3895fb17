// @ts-check
import add from './add.mjs';
import { channels } from './channels.mjs';
import churn from './churn.mjs';
import decode from './decode.mjs';
import deletion from './delete.mjs';
import { emptyAwait, pool } from './empty-await.mjs';
import emptyExchange from './empty-exchange.mjs';
import encode from './encode.mjs';
import exchange from './exchange.mjs';
import firstTable from './first-table.mjs';
import { growth } from './growth.mjs';
import { guard, guardEncode } from './guard.mjs';
import largeService from './large-service.mjs';
import largeTable from './large-table.mjs';
import listConnections from './list-connections.mjs';
import listEmpty from './list-empty.mjs';
import { listings } from './listing.mjs';
import { compare, plan, plan100 } from './plan.mjs';
import require from './require.mjs';
import roundTrip from './round-trip.mjs';
import { ruleFile } from './rule-file.mjs';
import { alternating, shape } from './shapes.mjs';
import table from './table.mjs';
import weights from './weights.mjs';

/** @type {Record<string, import('./work.mjs').Work>} */
export const trials = {
  add,
  delete: deletion,
  weights,
  'round-trip': roundTrip,
  table,
  'large-table': largeTable,
  'large-service': largeService,
  'channels-add': channels.add,
  'channels-weights': channels.weights,
  'channels-delete': channels.delete,
  'table-100x16': shape(100, 16),
  'table-alternating': alternating,
  'table-100x20': shape(100, 20),
  'table-100x30': shape(100, 30),
  'table-40x90': shape(40, 90),
  'table-1x2000': shape(1, 2000),
  plan,
  'plan-100': plan100,
  churn,
  'growth-10': growth(10),
  'growth-100': growth(100),
  'growth-1000': growth(1000),
  'growth-10000': growth(10000),
  encode,
  decode,
  compare,
  exchange,
  'empty-exchange': emptyExchange,
  'empty-await': emptyAwait,
  pool,
  'rule-file': ruleFile(10_000),
  'rule-file-100000': ruleFile(100_000),
  'list-empty': listEmpty,
  'first-table': firstTable,
  'list-100000': listings.list,
  'save-100000': listings.save,
  'list-memory': listings.memory,
  'list-connections': listConnections,
  require,
  guard,
  'guard-encode': guardEncode,
};
