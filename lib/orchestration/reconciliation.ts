import { AbortError } from '../errors/abort';
import type { Command } from '../model/command';
import type { DestinationKey } from '../model/destination';
import { describeService, type ServiceKey } from '../model/service';
import type { DesiredService } from '../model/table';
import { now } from '../session/clock';
import { finish, inSlices } from '../session/pacing';
import type { PackedTable } from '../wire/table';
import { Application } from './application';
import {
  type ApplyResult,
  type ApplySettings,
  type ApplySyncOptions,
  checkApplySync,
  checkPlan,
} from './apply-options';
import { DesiredState } from './desired-state';
import type { DrainResult, DrainSettings } from './drain-options';
import { isGone } from './lasting';
import type { Change, Plan } from './plan';
import type { PlanOptions, PlanSettings } from './plan-options';
import { Planning } from './planning';
import { Removals, type RunDrain } from './removals';
import type { SyncVerbs, Verbs } from './verbs';

/** Makes the table what is desired. */
export class Reconciliation {
  readonly #verbs: Verbs;
  readonly #removals: Removals;
  /** By name, the services that are removed once their real servers have been drained; `false`: no more. */
  readonly #leaving = new Map<string, boolean>();
  /** One `apply` at a time: those of one handle do not race. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(verbs: Verbs, run: RunDrain) {
    this.#verbs = verbs;
    this.#removals = new Removals(run);
  }

  async plan(desired: Iterable<DesiredService>, settings: PlanSettings): Promise<Plan> {
    const state = await inSlices(DesiredState.of(desired));
    return inSlices(new Planning(await this.#verbs.packedTable(), state, settings).run());
  }

  async apply(desired: Iterable<DesiredService>, settings: ApplySettings): Promise<ApplyResult> {
    const { removal, attempts, onApplied, signal } = settings;
    const state = await inSlices(DesiredState.of(desired));
    const application = new Application(state, settings, attempts, removal === 'delete');
    const drains: Promise<DrainResult[]>[] = [];
    await this.#alone(async () => {
      checkAborted(signal);
      await this.#takeBack(state, settings);
      await this.#converge(application, signal);
      onApplied(application.result().changes);
      if (removal === 'delete') return;
      const limited = { ...removal, signal: either(removal.signal, signal) };
      for (const change of application.removals) drains.push(this.#drain(change, limited, application));
    });
    const results = await Promise.allSettled(drains);
    checkAborted(signal);
    const done = results.flatMap((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
    return { ...application.result(), drains: done };
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** What is wanted again is drained no more. */
  async #takeBack(state: DesiredState, { keep }: ApplySettings): Promise<void> {
    for (const name of this.#leaving.keys()) {
      if (state.hasService(name)) this.#leaving.set(name, false);
    }
    const restores = keep.length > 0;
    await this.#removals.supersede(
      ({ service, destination }) => state.hasDestination(service, destination),
      restores,
    );
  }

  async #converge(application: Application, signal: AbortSignal | undefined): Promise<void> {
    let began = now();
    let commands = await this.#next(application);
    while (commands.length > 0) {
      checkAborted(signal);
      const options = { throwOnFailure: false, signal };
      application.take(await this.#verbs.batch(commands, options));
      const took = now() - began;
      commands = await this.#next(application);
      if (commands.length === 0) return;
      await sleep(application.pause(took));
      began = now();
      commands = await this.#next(application);
    }
  }

  async #next(application: Application): Promise<Command[]> {
    return inSlices(application.next(await this.#verbs.packedTable()));
  }

  /** Drains what leaves: a real server, or those of a service, which goes with the last of them. */
  async #drain(change: Change, settings: DrainSettings, application: Application): Promise<DrainResult[]> {
    const { service, destination } = change.command as { service: ServiceKey; destination?: DestinationKey };
    if (destination !== undefined) {
      const result = await this.#removals.drain({ service, destination }, settings);
      if (result.removed) application.removed(change);
      return [result];
    }
    const name = describeService(service);
    this.#leaving.set(name, true);
    try {
      const results = await Promise.all(
        (await this.#destinations(service)).map((destination) =>
          this.#removals.drain({ service, destination }, settings),
        ),
      );
      if (await this.#alone(() => this.#deleteService(name, service))) application.removed(change);
      else application.keeps(service);
      return results;
    } finally {
      this.#leaving.delete(name);
    }
  }

  async #destinations(service: ServiceKey): Promise<DestinationKey[]> {
    try {
      const destinations = await this.#verbs.destinations(service);
      return destinations.map(({ address, port }) => ({ address, port }));
    } catch (error) {
      if (isGone(error)) return [];
      throw error;
    }
  }

  /** Returns whether it was there, nobody wanted it again, and it had no real servers any more. */
  async #deleteService(name: string, service: ServiceKey): Promise<boolean> {
    if (!this.#leaving.get(name) || (await this.#destinations(service)).length > 0) return false;
    const command = { op: 'deleteService', service } as const;
    const { applied } = await this.#verbs.batch([command], { throwOnFailure: false });
    return applied === 1;
  }
}

/** As `Reconciliation.plan`, at once. Throws where an argument is bad. */
export function planSync(verbs: SyncVerbs, desired: Iterable<DesiredService>, options: PlanOptions): Plan {
  const settings = checkPlan(options);
  const state = finish(DesiredState.of(desired));
  return finish(new Planning(verbs.packedTable(), state, settings).run());
}

/** As `Reconciliation.apply`, at once; nothing is drained. Throws where an argument is bad. */
export function applySync(
  verbs: SyncVerbs,
  desired: Iterable<DesiredService>,
  options: ApplySyncOptions,
): ApplyResult {
  const settings = checkApplySync(options);
  const application = new Application(finish(DesiredState.of(desired)), settings, settings.attempts, true);
  const next = (table: PackedTable) => finish(application.next(table));
  let began = now();
  let commands = next(verbs.packedTable());
  while (commands.length > 0) {
    application.take(verbs.batch(commands, { throwOnFailure: false }));
    const took = now() - began;
    commands = next(verbs.packedTable());
    if (commands.length === 0) break;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, application.pause(took));
    began = now();
    commands = next(verbs.packedTable());
  }
  return { ...application.result(), drains: [] };
}

function checkAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortError(signal);
}

function either(a: AbortSignal | undefined, b: AbortSignal | undefined): AbortSignal | undefined {
  return a !== undefined && b !== undefined ? AbortSignal.any([a, b]) : (a ?? b);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
