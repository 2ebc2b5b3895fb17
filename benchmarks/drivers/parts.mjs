// @ts-check
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readWork } from '../trials/work.mjs';
import { runRounds } from './rounds.mjs';
import { asCommand } from './translation.mjs';

// The library's insides, which nobody else should touch.
const require = createRequire(import.meta.url);
const { Answer } = require('../../dist/wire/answer.js');
const { Batch } = require('../../dist/verbs/batch.js');
const table = require('../../dist/verbs/table.js');
const { finish } = require('../../dist/session/pacing.js');
const { loadAddon } = require('../../dist/backend/addon.js');
const { Requests } = require('../../dist/wire/requests.js');

const [part = '', file = ''] = process.argv.slice(2);
const handle = new (loadAddon().Handle)();
handle.openSync();

/** @param {any} verb */
function ask(verb) {
  const requests = new Requests();
  verb.write(requests);
  return Answer.of(send(requests));
}

/** @param {any} requests */
function send(requests) {
  return handle.exchangeSync(requests.memory.buffer, requests.length, 0);
}

/** The records of the commands, as `batch` sends them. @param {any[]} list @returns {any[]} */
const encode = (list) => finish(new Batch(list).slices());

/** As `batch` does it when all went well. @param {any[]} list */
function encodeAndForget(list) {
  const batch = new Batch(list);
  for (const slice of finish(batch.slices())) batch.take(slice, Answer.blank);
}

const slices = encode(readWork(readFileSync(file, 'utf8')).steps.filter(isChange).map(asCommand));
if (part === 'empty-exchange') {
  for (const slice of slices) for (let n = 0; n < slice.length; n++) slice.withdraw(n);
}
/** @type {any} */
let answer;

function exchange() {
  for (const slice of slices) send(slice);
}

/** @type {Record<string, (list: any[]) => void>} */
const parts = {
  encode: encodeAndForget,
  decode: () => table.table(true).read(answer, 0),
  exchange,
  'empty-exchange': exchange,
};

/** @type {import('./rounds.mjs').Driver<any>} */
const driver = {
  translate: asCommand,
  flush: () => ask(table.flush()),
  prepare: (standing) => {
    for (const slice of encode(standing)) send(slice);
    if (part === 'decode') answer = ask(table.table(true));
  },
  perform: parts[part] ?? (() => {}),
};

await runRounds(driver);
handle.close();

/** @param {import('../trials/work.mjs').Step} step */
function isChange({ op }) {
  return op !== 'table' && op !== 'destinations';
}
