/** What an error of each verb names: the verb, what it was asked of, and whether anything may have changed. */

import { expect, test } from '@jest/globals';
import { refused, timedOut } from '../../lib/errors/refusal';
import type { Verb } from '../../lib/session/verb';
import { READING } from '../../lib/verbs/sysctls';
import * as verbs from '../verbs';

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const REAL = { address: '10.1.0.1', port: 8080 } as const;
const OF_WEB = ' tcp 10.0.0.1:80';
const OF_REAL = ` 10.1.0.1:8080 of${OF_WEB}`;

const READINGS: [Verb<unknown>, string][] = [
  [verbs.info(), 'info'],
  [verbs.services(), 'services'],
  [verbs.service(WEB), `service${OF_WEB}`],
  [verbs.destinations(WEB), `destinations${OF_WEB}`],
  [verbs.destinationStates(WEB), `destinations${OF_WEB}`],
  [verbs.table(true), 'table'],
  [verbs.table(false), 'table'],
  [verbs.stats(), 'stats'],
  [verbs.timeouts(), 'timeouts'],
  [verbs.daemons(), 'daemons'],
  [{ asked: () => READING } as Verb<unknown>, 'sysctls'],
];

const CHANGES: [Verb<unknown>, string][] = [
  [verbs.addService(WEB), `addService${OF_WEB}`],
  [verbs.setService(WEB), `setService${OF_WEB}`],
  [verbs.patchService(WEB, {}), `patchService${OF_WEB}`],
  [verbs.deleteService(WEB), `deleteService${OF_WEB}`],
  [verbs.addDestination(WEB, REAL), `addDestination${OF_REAL}`],
  [verbs.setDestination(WEB, REAL), `setDestination${OF_REAL}`],
  [verbs.patchDestination(WEB, REAL, {}), `patchDestination${OF_REAL}`],
  [verbs.deleteDestination(WEB, REAL), `deleteDestination${OF_REAL}`],
  [verbs.zero(), 'zero'],
  [verbs.zero(WEB), `zero${OF_WEB}`],
  [verbs.flush(), 'flush'],
  [verbs.setTimeouts({ tcp: 900 }), 'setTimeouts'],
  [verbs.startDaemon({ role: 'master', interface: 'eth0' }), 'startDaemon master on eth0'],
  [verbs.stopDaemon('backup'), 'stopDaemon backup'],
];

test.each(READINGS)('%# a reading: %s', (verb, headline) => {
  expect(timedOut(verb.asked()).message).toMatch(new RegExp(`^${headline}: .*; nothing was changed$`));
});

test.each(CHANGES)('%# a change: %s', (verb, headline) => {
  expect(timedOut(verb.asked()).message).toMatch(
    new RegExp(`^${headline}: .*; whether it was carried out is not known$`),
  );
});

test.each([
  [verbs.addService(WEB), 'wlc'],
  [verbs.setService({ ...WEB, scheduler: 'mh' }), 'mh'],
])('%# a scheduler that is missing is named, also where it is the default', (verb, scheduler) => {
  expect(refused(verb.asked(), 2).message).toContain(`no scheduler '${scheduler}'`);
});
