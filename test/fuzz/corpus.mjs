// @ts-check
/** Makes the seeds in corpus/ of what was recorded for the conformance tests: `node test/fuzz/corpus.mjs`. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('corpus', import.meta.url));
const recorded = fileURLToPath(new URL('../conformance/recorded', import.meta.url));

/** The requests of reply_fuzzer.cc, in its order. */
const REQUESTS = [
  ...['addService', 'setService', 'deleteService', 'getService', 'patchService', 'zero'],
  ...['addDestination', 'addGue', 'setGre', 'addMixed', 'deleteDestination', 'patchDestination'],
  ...['destinations', 'startDaemon', 'startDaemonWithOptions', 'stopDaemon', 'services', 'table', 'daemons'],
  ...['setTimeouts', 'timeouts', 'info', 'flush', 'nothing', 'tableState'],
];

/** What is asked, and for each send the recorded answer: datagrams that were one list may come in any number of parts. */
const CONVERSATIONS = {
  'service-mark': [['getService'], ['service mark']],
  'service-engine': [['getService'], ['service engine']],
  'service-ipv6': [['getService'], ['service ipv6']],
  services: [['services'], ['services']],
  'services-in-parts': [['services'], ['service tcp+services'], ['services'], ['services']],
  destinations: [['destinations'], ['destinations tcp']],
  'destinations-of-none': [['destinations'], ['destinations nowhere'], ['no service']],
  table: [['table'], ['service tcp+no services'], ['destinations tcp']],
  'table-state': [['tableState'], ['service tcp+no services'], ['destinations tcp']],
  'table-of-empty-services': [['table'], ['service tcp+no services'], ['no services'], ['service tcp']],
  daemons: [['daemons'], ['daemons']],
  'info-and-timeouts': [['info', 'timeouts'], ['info']],
  timeouts: [['timeouts'], ['timeouts']],
  batch: [['addService', 'addDestination', 'zero', 'flush'], ['flush']],
  refused: [['addService'], ['service exists']],
  'refused-in-words': [['setTimeouts'], ['short timeout']],
  'refused-in-words-uncapped': [['setTimeouts'], ['short timeout, uncapped']],
  'no-scheduler': [['addService'], ['no scheduler'], ['no scheduler']],
  patch: [['patchService'], ['service tcp'], ['zero']],
  'patch-destination': [['patchDestination'], ['destinations udp'], ['zero']],
  gue: [['addGue', 'setGre'], ['no services'], ['zero'], ['destinations udp'], ['zero']],
  mixed: [['addMixed'], ['destinations ipv6'], ['zero']],
  'daemon-options': [['startDaemonWithOptions'], ['no daemons'], ['zero'], ['daemons']],
  'stop-unanswered': [['stopDaemon'], [], ['daemons']],
};

rmSync(folder, { recursive: true, force: true });
for (const kernel of ['6.1', '7.2']) {
  const recording = JSON.parse(readFileSync(join(recorded, `kernel-${kernel}.json`), 'utf8'));
  for (const [name, [asked, ...answers]] of Object.entries(CONVERSATIONS)) {
    save('reply', `${name}-${kernel}`, replySeed(recording, asked ?? [], answers));
  }
  save('connections', kernel, recording.connections);
}

/**
 * @param {string} subject
 * @param {string} name
 * @param {Buffer | string} content
 */
function save(subject, name, content) {
  mkdirSync(join(folder, subject), { recursive: true });
  writeFileSync(join(folder, subject, name), content);
}

/**
 * The form that reply_fuzzer.cc reads: how many requests, which, then a script (native/testing/script.h).
 *
 * @param {{ family: number, replies: Record<string, string[]> }} recording
 * @param {string[]} asked
 * @param {string[][]} answers
 */
function replySeed({ family, replies }, asked, answers) {
  const requests = Buffer.from([asked.length, ...asked.map((name) => REQUESTS.indexOf(name))]);
  const sends = answers.map((names) => {
    const datagrams = names.flatMap((name) => name.split('+')).flatMap((name) => replies[name] ?? []);
    return Buffer.concat([entry(2, number(0)), ...datagrams.map((hex) => entry(3, Buffer.from(hex, 'hex')))]);
  });
  return Buffer.concat([requests, entry(1, number(family)), ...sends]);
}

/**
 * @param {number} kind
 * @param {Buffer} payload
 */
function entry(kind, payload) {
  return Buffer.concat([Buffer.from([kind, payload.length & 0xff, payload.length >> 8]), payload]);
}

/** @param {number} value */
function number(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
