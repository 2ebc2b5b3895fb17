import { checkSignal } from '../errors/abort';
import { checkInteger, checkObject, invalidType, invalidValue, MAX_INT } from '../errors/argument';
import { Fields } from '../errors/fields';
import type { ServiceKey } from '../model/service';
import { checkDrainOptions, type DrainOptions, type DrainResult, type DrainSettings } from './drain-options';
import type { Change } from './plan';
import { checkPlanOptions, type PlanOptions, type PlanSettings } from './plan-options';

/** How a desired state is applied. */
export interface ApplyOptions extends PlanOptions {
  /** How real servers and services go: at once, or drained. Default `delete`. */
  removal?: 'delete' | DrainOptions | undefined;
  /** How often the table is read again where somebody else changed it in between. 0 … 2147483647, default 3. */
  attempts?: number | undefined;
  /**
   * Called with what was done once the table is as desired, but for what is being drained; `apply` itself resolves when the
   * drains have ended. What it throws rejects, and nothing is drained.
   */
  onApplied?: ((changes: readonly Change[]) => void) | undefined;
  /**
   * Ends it between two exchanges with the kernel, and while it drains: it rejects with an `AbortError` whose `cause` is the
   * signal's reason. What was carried out until then stays; the weights of what is being drained are given back.
   */
  signal?: AbortSignal | undefined;
}

/** How `IpvsSync` applies a desired state: without drains, since waiting needs the event loop. */
export type ApplySyncOptions = PlanOptions &
  Pick<ApplyOptions, 'attempts'> & {
    /** Real servers and services go at once: the only way here. */
    removal?: 'delete' | undefined;
  };

/** What came of an `apply`. */
export interface ApplyResult {
  /** What was done, over all attempts. */
  changes: readonly Change[];
  /** How often changes were sent; 1 where there was nothing to send. */
  attempts: number;
  /** One for each real server that was drained. */
  drains: readonly DrainResult[];
  /** The services that are spoken for now: the next `apply`'s `owns`. Plain data, to be stored. */
  owns: ServiceKey[];
}

const DEFAULT_ATTEMPTS = 3;
const PLAN_FIELDS = ['owns', 'keep', 'guard'];
const PLAN = new Fields(PLAN_FIELDS);
const APPLY = new Fields([...PLAN_FIELDS, 'removal', 'attempts', 'onApplied', 'signal']);
const APPLY_SYNC = new Fields([...PLAN_FIELDS, 'removal', 'attempts']);

/** The options, checked and complete. */
export interface ApplySettings extends PlanSettings {
  removal: 'delete' | DrainSettings;
  attempts: number;
  onApplied: (changes: readonly Change[]) => void;
  signal: AbortSignal | undefined;
}

/** Checks the options of `plan`. */
export function checkPlan(options: PlanOptions): PlanSettings {
  checkObject('options', options);
  PLAN.check('options', options);
  return checkPlanOptions(options);
}

/** Checks the options of `apply`. */
export function checkApply(options: ApplyOptions): ApplySettings {
  return { ...checkAttempts(options, APPLY), ...checkRemoval(options) };
}

/** Checks the options of `apply` where nothing can be waited for. */
export function checkApplySync(
  options: ApplySyncOptions,
): Omit<ApplySettings, 'removal' | 'onApplied' | 'signal'> {
  const settings = checkAttempts(options, APPLY_SYNC);
  const { removal = 'delete' } = options;
  if (removal !== 'delete') {
    throw invalidValue('options.removal', "'delete'", removal, 'waiting needs the event loop, and Ipvs');
  }
  return settings;
}

function checkAttempts(options: ApplyOptions, fields: Fields): PlanSettings & { attempts: number } {
  checkObject('options', options);
  fields.check('options', options);
  const attempts = checkInteger('options.attempts', options.attempts ?? DEFAULT_ATTEMPTS, 0, MAX_INT);
  return { ...checkPlanOptions(options), attempts };
}

function checkRemoval({
  removal = 'delete',
  onApplied = () => {},
  signal,
}: ApplyOptions): Pick<ApplySettings, 'removal' | 'onApplied' | 'signal'> {
  const expected = "'delete', or an object as drain takes";
  if (typeof removal === 'string' && removal !== 'delete') {
    throw invalidValue('options.removal', expected, removal);
  }
  if (removal !== 'delete') checkObject('options.removal', removal, expected);
  if (typeof onApplied !== 'function') throw invalidType('options.onApplied', 'a function', onApplied);
  return {
    onApplied,
    removal: removal === 'delete' ? removal : checkDrainOptions('options.removal', removal),
    signal: checkSignal('options.signal', signal),
  };
}
