import { checkSignal } from '../errors/abort';
import { checkObject, invalidType } from '../errors/argument';
import { Fields } from '../errors/fields';
import { checkInterval } from './drain-options';

/** How the table is watched. */
export interface WatchOptions {
  /** Ends it: the loop throws an `AbortError` whose `cause` is the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds between two readings. Default 1000. */
  interval?: number | undefined;
  /** Default true: the first array tells the table as it is, as additions; it is empty where the table is. */
  initial?: boolean | undefined;
}

const FIELDS = new Fields(['signal', 'interval', 'initial']);

/** The options, checked. */
export interface WatchSettings {
  signal: AbortSignal | undefined;
  interval: number;
  initial: boolean;
}

export function checkWatchOptions(options: WatchOptions): WatchSettings {
  checkObject('options', options);
  FIELDS.check('options', options);
  const { initial = true } = options;
  if (typeof initial !== 'boolean') throw invalidType('options.initial', 'a boolean', initial);
  return {
    signal: checkSignal('options.signal', options.signal),
    interval: checkInterval('options.interval', options.interval),
    initial,
  };
}
