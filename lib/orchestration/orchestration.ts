import { AbortError } from '../errors/abort';
import type { Asked } from '../errors/asked';
import type { DestinationKey } from '../model/destination';
import type { ServiceKey } from '../model/service';
import type { DesiredService } from '../model/table';
import { ofDestination } from '../verbs/changes';
import { canonicalDestination, canonicalService } from '../wire/canonical';
import { Alarms } from './alarms';
import { type ApplyOptions, type ApplyResult, checkApply, checkPlan } from './apply-options';
import { Drain } from './drain';
import { checkDrainOptions, type DrainOptions, type DrainResult, type DrainSettings } from './drain-options';
import { Listings, type Server } from './listings';
import type { Plan } from './plan';
import type { PlanOptions } from './plan-options';
import { Ramp } from './ramp';
import { checkRampOptions, type RampOptions, type RampResult } from './ramp-options';
import { Reconciliation } from './reconciliation';
import { type Task, Tasks } from './task';
import type { Verbs } from './verbs';
import { TableWatch } from './watch';
import { checkWatchOptions, type WatchOptions } from './watch-options';

const WATCH: Asked = { syscall: 'watch', reads: true };

/** What one handle does over time. */
export class Orchestration {
  readonly #verbs: Verbs;
  readonly #listings: Listings;
  readonly #alarms = new Alarms();
  readonly #tasks = new Tasks();
  readonly #reconciliation: Reconciliation;

  constructor(verbs: Verbs) {
    this.#verbs = verbs;
    this.#listings = new Listings(verbs);
    this.#reconciliation = new Reconciliation(verbs, (server, settings, begun) =>
      this.#drain(server, settings, begun),
    );
  }

  /** Rejects where an argument is bad. */
  async plan(desired: Iterable<DesiredService>, options: PlanOptions): Promise<Plan> {
    return this.#reconciliation.plan(desired, checkPlan(options));
  }

  /** As `plan`. */
  async apply(desired: Iterable<DesiredService>, options: ApplyOptions): Promise<ApplyResult> {
    return this.#reconciliation.apply(desired, checkApply(options));
  }

  /** Throws where an argument is bad; whatever else goes wrong rejects. */
  drain(service: ServiceKey, destination: DestinationKey, options: DrainOptions): Promise<DrainResult> {
    return this.#drain(serverOf(service, destination), checkDrainOptions('options', options));
  }

  #drain(server: Server, settings: DrainSettings, begun?: (task: Task) => void): Promise<DrainResult> {
    const asked = ofDestination('drain', server.service, server.destination);
    const drain = new Drain(this.#verbs, this.#listings, this.#alarms, asked, server, settings);
    return this.#tasks.run(asked, settings.signal, (task) => {
      begun?.(task);
      return drain.run(task);
    });
  }

  /** As `drain`. */
  rampWeight(service: ServiceKey, destination: DestinationKey, options: RampOptions): Promise<RampResult> {
    const server = serverOf(service, destination);
    const asked = ofDestination('rampWeight', server.service, server.destination);
    const settings = checkRampOptions(options);
    const ramp = new Ramp(this.#verbs, this.#listings, asked, server, settings);
    return this.#tasks.run(asked, settings.signal, (task) => ramp.run(task));
  }

  /** As `drain`; what goes wrong later rejects `next`. */
  watch(options: WatchOptions): TableWatch {
    const settings = checkWatchOptions(options);
    const begin = () => this.#tasks.begin(WATCH, settings.signal, (signal) => new AbortError(signal));
    return new TableWatch(this.#verbs, settings, begin);
  }

  /** Ends all that goes on. */
  close(): void {
    this.#tasks.close();
  }
}

function serverOf(service: ServiceKey, destination: DestinationKey): Server {
  return { service: canonicalService(service), destination: canonicalDestination(destination) };
}
