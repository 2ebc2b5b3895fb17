import type { BackendHost } from '../backend/backend';
import { checkSignal } from '../errors/abort';
import { checkObject } from '../errors/argument';
import { Fields } from '../errors/fields';
import { HOST } from '../hidden';
import type { Ipvs } from '../index';
import { abortable } from './abortable';
import { checkAddresses } from './director/addresses';
import { checkConnectionTable, checkCounters } from './director/counters';
import { checkDraining } from './director/draining';
import { type DirectorFacts, gather } from './director/facts';
import { checkFirewall } from './director/firewall';
import { checkForwarding } from './director/forwarding';
import { checkModules } from './director/modules';
import { checkPorts } from './director/ports';
import { checkRoutes } from './director/routes';
import { checkServices } from './director/services';
import { checkSync } from './director/sync';
import { type Finding, sorted } from './finding';
import { NO_HOST, notInspected } from './unseen';

/** A subject: what it finds wrong in the facts. */
type Check = (facts: DirectorFacts) => Finding[];

const CAUSES: readonly Check[] = [
  checkModules,
  checkServices,
  checkAddresses,
  checkForwarding,
  checkRoutes,
  checkFirewall,
  checkPorts,
  checkDraining,
  checkSync,
  checkConnectionTable,
];

/** Warnings that packets get lost by; errors all are. */
const LOSING = new Set<Finding['code']>([
  'SEND_REDIRECTS',
  'CONNTRACK_OFF',
  'PORT_MAPPED',
  'DROUTE_BEHIND_ROUTER',
]);

/** How `diagnose` and `diagnoseRealServer` look. */
export interface DiagnoseOptions {
  /** Ends it: it rejects with an `AbortError` whose `cause` is the signal's reason. */
  signal?: AbortSignal | undefined;
}

const OPTIONS = new Fields(['signal']);

/**
 * Looks at everything around the table that makes a director work, in the handle's network namespace, and changes nothing.
 * The worst comes first; nothing wrong is an empty array, or one with `info` alone. What may not be looked at is a finding
 * with the code `NOT_INSPECTED`. Rejects as the handle's verbs do.
 */
export async function diagnose(ipvs: Ipvs, options: DiagnoseOptions = {}): Promise<Finding[]> {
  checkObject('options', options);
  OPTIONS.check('options', options);
  const signal = checkSignal('options.signal', options.signal);
  const host = (ipvs as Partial<Pick<Ipvs, typeof HOST>>)[HOST]?.() as BackendHost | undefined;
  const facts = await abortable(signal, () => gather(ipvs, host, signal));
  const causes = CAUSES.flatMap((check) => check(facts));
  const symptoms = checkCounters(facts).filter(
    (symptom) => !causes.some((cause) => explains(cause, symptom)),
  );
  const unseen = facts.host === undefined ? [NO_HOST] : notInspected(facts.host.unseen);
  return sorted([...causes, ...symptoms, ...unseen]);
}

/** Whether a finding is the reason of a symptom: it concerns the same real server, its service, or all of them. */
function explains(cause: Finding, symptom: Finding): boolean {
  if (cause.severity !== 'error' && !LOSING.has(cause.code)) return false;
  if (cause.destination !== undefined)
    return same(cause.destination, symptom.destination) && same(cause.service, symptom.service);
  return cause.service === undefined || same(cause.service, symptom.service);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
