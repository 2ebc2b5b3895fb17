import { BatchError, type BatchFailure, type BatchResult, type Command } from '../model/command';
import type { ServiceKey } from '../model/service';
import { readServiceKey } from '../wire/service-key';
import type { PackedTable } from '../wire/table';
import type { ApplyResult } from './apply-options';
import type { DesiredState } from './desired-state';
import { GuardError } from './guard-error';
import type { Change, Plan } from './plan';
import type { PlanSettings } from './plan-options';
import { Planning } from './planning';

/**
 * A desired state on its way into the table: what is sent next, and what has been done. The table is read again after
 * each batch, until it is what is desired: where two apply different states at once, the last one's is there as a whole,
 * and never a half of each.
 */
export class Application {
  readonly #desired: DesiredState;
  readonly #settings: PlanSettings;
  /** How often the table may be read again and differ. */
  readonly #attempts: number;
  /** Whether what is removed is sent, too. */
  readonly #sendsRemovals: boolean;
  readonly #changes: Change[] = [];
  readonly #kept: ServiceKey[] = [];
  #sent = 0;
  /** That of the last batch. */
  #result: BatchResult = { applied: 0, failures: [] };
  #plan: Plan | undefined;

  constructor(desired: DesiredState, settings: PlanSettings, attempts: number, sendsRemovals: boolean) {
    this.#desired = desired;
    this.#settings = settings;
    this.#attempts = attempts;
    this.#sendsRemovals = sendsRemovals;
  }

  /**
   * What is to be sent, after a reading of the table; nothing where the table is as desired. Throws where the guard forbids
   * it, and where it is one attempt too many.
   */
  *next(table: PackedTable): Generator<void, Command[]> {
    const plan = yield* new Planning(table, this.#desired, this.#settings).run();
    this.#plan = plan;
    if (plan.violations.length > 0) throw new GuardError(plan);
    const changes = this.#sendsRemovals ? plan.changes : plan.changes.filter((change) => !isRemoval(change));
    if (changes.length > 0 && this.#sent > this.#attempts) throw new BatchError(this.#result);
    return changes.map(({ command }) => command);
  }

  /** Takes note of what came of a batch. Throws where something was refused for another reason than a race. */
  take(result: BatchResult): void {
    this.#sent++;
    this.#result = result;
    if (this.#plan === undefined) return;
    const refused = new Set(result.failures.map(({ command }) => command));
    for (const change of this.#plan.changes) {
      const isSent = this.#sendsRemovals || !isRemoval(change);
      if (isSent && !refused.has(change.command)) this.#changes.push(change);
    }
    if (!result.failures.every(isRace)) throw new BatchError(result);
  }

  /** What remains to be removed. */
  get removals(): Change[] {
    return this.#plan?.changes.filter(isRemoval) ?? [];
  }

  /** Something was removed. */
  removed(change: Change): void {
    this.#changes.push(change);
  }

  /** A service that was to be removed has remained. */
  keeps(service: ServiceKey): void {
    this.#kept.push(service);
  }

  /**
   * Milliseconds to wait before the table is read again: whoever changes it at the same time does the same, and the waits
   * differ more and more. `took` is how long the last attempt has.
   */
  pause(took: number): number {
    return Math.random() * Math.max(1, took) * 2 ** Math.min(this.#sent, 8);
  }

  result(): Omit<ApplyResult, 'drains'> {
    return { changes: this.#changes, attempts: Math.max(1, this.#sent), owns: this.#owns() };
  }

  #owns(): ServiceKey[] {
    const { services } = this.#desired;
    const owns = [...this.#kept];
    for (let n = 0; n < services.length; n++) owns.push(readServiceKey(services.memory, services.at(n)));
    return owns;
  }
}

function isRemoval({ command: { op } }: Change): boolean {
  return op === 'deleteDestination' || op === 'deleteService';
}

/** Whether it was refused since somebody else has changed the table; a scheduler that there is not is `ENOENT`, too. */
function isRace({ command: { op }, error: { code } }: BatchFailure): boolean {
  return code === 'EEXIST' || code === 'ESRCH' || (code === 'ENOENT' && op.endsWith('Destination'));
}
