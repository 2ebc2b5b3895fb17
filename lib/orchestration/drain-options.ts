import { checkSignal } from '../errors/abort';
import { checkInteger, checkObject, invalidType, MAX_INT } from '../errors/argument';
import { Fields } from '../errors/fields';
import type { DestinationKey } from '../model/destination';
import { OneOf } from '../model/one-of';
import type { ServiceKey } from '../model/service';
import type { DrainWarning } from './drain-warnings';

/** How a real server is taken out of service. */
export interface DrainOptions {
  /** Milliseconds after which `onTimeout` happens. Default 300000; 0 waits for ever. */
  timeout?: number | undefined;
  /**
   * What happens to one that still has connections: removed all the same, left at weight 0, or given its weight back.
   * Default `delete`.
   */
  onTimeout?: 'delete' | 'keep' | 'restore' | undefined;
  /** Default true: removed once idle. `false`: left at weight 0. */
  remove?: boolean | undefined;
  /** Milliseconds between two looks. Default 1000. */
  interval?: number | undefined;
  /** Called with each look. What it throws ends the drain, which rejects with it; the weight stays 0. */
  onProgress?: ((progress: DrainProgress) => void) | undefined;
  /** Ends the drain: it rejects with the signal's reason, and the weight is given back. */
  signal?: AbortSignal | undefined;
}

/** What a look at a real server that is being drained has shown. */
export interface DrainProgress {
  /** As in `Destination`. */
  activeConnections: number;
  /** As in `Destination`. The drain waits for these, too. */
  inactiveConnections: number;
  /** Milliseconds since the weight became 0. */
  elapsed: number;
}

/** How a drain ended. */
export interface DrainResult {
  /** Whose real server was drained. */
  service: ServiceKey;
  /** Which real server. */
  destination: DestinationKey;
  /** `drained`: idle, no connection cut. `superseded`: somebody gave it weight again, or removed it. */
  outcome: 'drained' | 'timeout' | 'superseded';
  /** Whether the drain removed it. */
  removed: boolean;
  /** Connections that were left when it ended. */
  left: number;
  /** Milliseconds since the weight became 0. */
  elapsed: number;
  /** Why clients may have reached, or lost, it in spite of weight 0; empty mostly. */
  warnings: DrainWarning[];
}

const FIELDS = new Fields(['timeout', 'onTimeout', 'remove', 'interval', 'onProgress', 'signal']);

const ON_TIMEOUT = new OneOf<NonNullable<DrainOptions['onTimeout']>>([
  ['delete', 'delete'],
  ['keep', 'keep'],
  ['restore', 'restore'],
]);

const DEFAULT_TIMEOUT = 300_000;
const DEFAULT_INTERVAL = 1000;

/** The options, checked and complete. */
export interface DrainSettings {
  timeout: number;
  onTimeout: NonNullable<DrainOptions['onTimeout']>;
  remove: boolean;
  interval: number;
  onProgress: (progress: DrainProgress) => void;
  signal: AbortSignal | undefined;
}

/** Checks the options; `path` is that of the object. */
export function checkDrainOptions(path: string, options: DrainOptions): DrainSettings {
  checkObject(path, options);
  FIELDS.check(path, options);
  const { timeout = DEFAULT_TIMEOUT, onTimeout = 'delete', remove = true, onProgress = () => {} } = options;
  if (typeof remove !== 'boolean') throw invalidType(`${path}.remove`, 'a boolean', remove);
  if (typeof onProgress !== 'function') throw invalidType(`${path}.onProgress`, 'a function', onProgress);
  return {
    timeout: checkInteger(`${path}.timeout`, timeout, 0, MAX_INT),
    onTimeout: ON_TIMEOUT.check(`${path}.onTimeout`, onTimeout),
    remove,
    interval: checkInterval(`${path}.interval`, options.interval),
    onProgress,
    signal: checkSignal(`${path}.signal`, options.signal),
  };
}

/** Milliseconds between two readings. */
export function checkInterval(path: string, value: unknown = DEFAULT_INTERVAL): number {
  return checkInteger(path, value, 1, MAX_INT);
}
