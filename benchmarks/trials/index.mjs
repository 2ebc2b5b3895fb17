// @ts-check
import add from './add.mjs';
import churn from './churn.mjs';
import decode from './decode.mjs';
import deletion from './delete.mjs';
import emptyExchange from './empty-exchange.mjs';
import encode from './encode.mjs';
import exchange from './exchange.mjs';
import { growth } from './growth.mjs';
import { guard, guardEncode } from './guard.mjs';
import largeService from './large-service.mjs';
import largeTable from './large-table.mjs';
import listEmpty from './list-empty.mjs';
import { compare, plan, plan100 } from './plan.mjs';
import require from './require.mjs';
import roundTrip from './round-trip.mjs';
import ruleFile from './rule-file.mjs';
import scrape from './scrape.mjs';
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
  scrape,
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
  'rule-file': ruleFile,
  'list-empty': listEmpty,
  require,
  guard,
  'guard-encode': guardEncode,
};
