import { describeDestination } from '../model/destination';
import { describeService } from '../model/service';
import { Superseding } from './drain';
import type { DrainResult, DrainSettings } from './drain-options';
import { isGone, isNoSuchDestination } from './lasting';
import type { Server } from './listings';
import type { Task } from './task';

interface Removal {
  server: Server;
  task: Task | undefined;
  result: Promise<DrainResult>;
}

/** Drains one real server as a task; `begun` is given the task. */
export type RunDrain = (
  server: Server,
  settings: DrainSettings,
  begun: (task: Task) => void,
) => Promise<DrainResult>;

/** The real servers that a handle's `apply` is draining, so that a later one can have them back. */
export class Removals {
  readonly #run: RunDrain;
  readonly #underWay = new Map<string, Removal>();

  constructor(run: RunDrain) {
    this.#run = run;
  }

  /** Drains it. One that is being drained already goes on so. */
  drain(server: Server, settings: DrainSettings): Promise<DrainResult> {
    const name = nameOf(server);
    const current = this.#underWay.get(name);
    if (current !== undefined) return current.result;
    const removal: Removal = { server, task: undefined, result: Promise.resolve() as never };
    removal.result = this.#drain(server, settings, removal).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, removal);
    return removal.result;
  }

  async #drain(server: Server, settings: DrainSettings, removal: Removal): Promise<DrainResult> {
    try {
      return await this.#run(server, settings, (task) => {
        removal.task = task;
      });
    } catch (error) {
      if (!(error instanceof Superseding) && !isGone(error) && !isNoSuchDestination(error)) throw error;
      return { ...server, outcome: 'superseded', removed: false, left: 0, elapsed: 0, warnings: [] };
    }
  }

  /** Those that are being drained, and are wanted again, are so no more. `restores`: they get their weight back. */
  async supersede(isWanted: (server: Server) => boolean, restores: boolean): Promise<void> {
    const wanted = [...this.#underWay.values()].filter(({ server }) => isWanted(server));
    for (const { task } of wanted) task?.end(new Superseding(restores));
    await Promise.allSettled(wanted.map(({ result }) => result));
  }
}

function nameOf({ service, destination }: Server): string {
  return `${describeService(service)} ${describeDestination(destination)}`;
}
