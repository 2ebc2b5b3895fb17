import { checkSignal } from '../errors/abort';
import { checkInteger, checkObject, MAX_INT } from '../errors/argument';
import { Fields } from '../errors/fields';
import { checkCount } from '../model/destination';

/** How a weight is moved. */
export interface RampOptions {
  /** 0 … 2147483647. */
  to: number;
  /** 0 … 2147483647. Default: the weight it has. */
  from?: number | undefined;
  /** Milliseconds, 0 … 2147483647. */
  over: number;
  /** 1 … 10000. Default 10. */
  steps?: number | undefined;
  /** Ends it: it rejects with the signal's reason, and the weight stays as it is. */
  signal?: AbortSignal | undefined;
}

/** How a ramp ended. */
export interface RampResult {
  /** `superseded`: somebody else set the weight, or removed the server; it is left as it is. */
  outcome: 'done' | 'superseded';
  /** The weight when it ended; absent where the server is gone. */
  weight?: number;
}

const FIELDS = new Fields(['to', 'from', 'over', 'steps', 'signal']);

const DEFAULT_STEPS = 10;
const MAX_STEPS = 10_000;

/** The options, checked. */
export interface RampSettings {
  to: number;
  from: number | undefined;
  over: number;
  steps: number;
  signal: AbortSignal | undefined;
}

export function checkRampOptions(options: RampOptions): RampSettings {
  checkObject('options', options);
  FIELDS.check('options', options);
  const { from, steps = DEFAULT_STEPS } = options;
  return {
    to: checkCount('options.to', options.to),
    from: from === undefined ? undefined : checkCount('options.from', from),
    over: checkInteger('options.over', options.over, 0, MAX_INT),
    steps: checkInteger('options.steps', steps, 1, MAX_STEPS),
    signal: checkSignal('options.signal', options.signal),
  };
}
