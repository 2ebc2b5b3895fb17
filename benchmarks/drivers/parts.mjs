// @ts-check
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { IpvsSync } from '@lvs/netlink';
import { readWork } from '../trials/work.mjs';
import { runRounds } from './rounds.mjs';
import { asCommand, desiredState } from './translation.mjs';

/** @typedef {import('@lvs/netlink').BackendHandle} BackendHandle */

const [part = '', file = ''] = process.argv.slice(2);

const require = createRequire(import.meta.url);
/** @type {{ Handle: new () => BackendHandle }} */
const { Handle } = require('../../build/Release/lvs_netlink.node');
const kernel = new Handle();
kernel.openSync();

/** Of a request, which asks for nothing where they are zeros. */
const REQUEST_BYTES = 96;

/** What is done with an exchange. @type {BackendHandle['exchangeSync']} */
let exchange = kernel.exchangeSync.bind(kernel);

/** Everything but the exchanges is the addon's own. */
const ipvs = IpvsSync.open({
  backend: {
    createHandle: () =>
      /** @type {BackendHandle} */ ({
        openSync: () => 0,
        exchangeSync: (requests, count, milliseconds) => exchange(requests, count, milliseconds),
        close: () => kernel.close(),
      }),
  },
});

/** Does something with another kind of exchange. @param {BackendHandle['exchangeSync']} other @param {() => void} work */
function exchangingBy(other, work) {
  const before = exchange;
  exchange = other;
  work();
  exchange = before;
}

/** The exchanges that a batch makes. @param {any[]} commands */
function exchangesOf(commands) {
  /** @type {{ requests: ArrayBuffer, count: number }[]} */
  const exchanges = [];
  const keep = (/** @type {ArrayBuffer} */ requests, /** @type {number} */ count) => {
    // A record of zeros asks for nothing.
    exchanges.push({
      requests: part === 'exchange' ? requests.slice(0) : new ArrayBuffer(requests.byteLength),
      count,
    });
    return undefined;
  };
  exchangingBy(keep, () => ipvs.batch(commands));
  return exchanges;
}

const exchanges = exchangesOf(readWork(readFileSync(file, 'utf8')).steps.filter(isChange).map(asCommand));

/** The kernel's answer to `table`. @type {ArrayBuffer | undefined} */
let answer;

/** @type {import('@lvs/netlink').DesiredService[]} */
let desired = [];

/** Reads the table as the part will. */
function askForTable() {
  exchangingBy(
    (requests, count, milliseconds) => {
      answer = kernel.exchangeSync(requests, count, milliseconds);
      return answer;
    },
    () => (part === 'compare' ? ipvs.plan(desired) : ipvs.table()),
  );
}

function repeatExchanges() {
  for (const { requests, count } of exchanges) kernel.exchangeSync(requests, count, 0);
}

/** @param {any[]} commands */
async function awaitNothing({ length }) {
  const requests = new ArrayBuffer(REQUEST_BYTES);
  for (let n = 0; n < length; n++) await kernel.exchange(requests, 1, 0);
}

/** @param {any[]} commands */
async function awaitThePool({ length }) {
  for (let n = 0; n < length; n++) await new Promise((resolve) => randomBytes(1, resolve));
}

/** @type {Record<string, (commands: any[]) => void | Promise<void>>} */
const parts = {
  'empty-await': awaitNothing,
  pool: awaitThePool,
  encode: (commands) =>
    exchangingBy(
      () => undefined,
      () => ipvs.batch(commands),
    ),
  decode: () =>
    exchangingBy(
      () => answer,
      () => ipvs.table(),
    ),
  compare: () =>
    exchangingBy(
      () => answer,
      () => {
        if (!ipvs.plan(desired).isEmpty) throw new Error('the table is not as desired');
      },
    ),
  exchange: repeatExchanges,
  'empty-exchange': repeatExchanges,
};

/** @type {import('./rounds.mjs').Driver<any>} */
const driver = {
  translate: asCommand,
  flush: () => ipvs.flush(),
  prepare: (standing) => {
    if (standing.length > 0) ipvs.batch(standing);
    if (part === 'compare') desired = desiredState(standing, []);
    if (part === 'compare' || part === 'decode') askForTable();
  },
  perform: parts[part] ?? (() => {}),
};

await runRounds(driver);
ipvs.close();

/** @param {import('../trials/work.mjs').Step} step */
function isChange({ op }) {
  return op !== 'table' && op !== 'destinations';
}
