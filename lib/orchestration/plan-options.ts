import { checkNumber, checkObject, invalidType, invalidValue, relocated } from '../errors/argument';
import { Fields } from '../errors/fields';
import { checkCount } from '../model/destination';
import { OneOf } from '../model/one-of';
import type { ServiceKey } from '../model/service';
import { RecordList } from '../wire/record-list';
import { DESTINATION, SERVICE_STATE } from '../wire/records';
import { writeServiceKey } from '../wire/service-key';

/** A field of real servers that can be left to somebody else. */
export type KeptField = 'weight' | 'upperThreshold' | 'lowerThreshold';

/** How the table is compared with a desired state. */
export interface PlanOptions {
  /**
   * What the desired state speaks for; anything else in the kernel's table is never touched.
   * `named`, the default: the services that it names. A list of keys: those as well, so that one which is no longer
   * desired is removed (pass what the last `apply` returned as `owns`). `all`: the whole table.
   * Of a service spoken for, every real server is.
   */
  owns?: 'named' | 'all' | Iterable<ServiceKey> | undefined;
  /** What somebody else sets on real servers that exist, such as a health checker its weights: left as it is. Default none. */
  keep?: readonly KeptField[] | undefined;
  /** What the resulting table must satisfy. `false`: anything goes. Default `{}`. */
  guard?: Guard | false | undefined;
}

/** What the table that would result must satisfy; judged before anything is sent. */
export interface Guard {
  /**
   * A service that has as many usable real servers (weight above 0) keeps at least so many. 0 … 2147483647, default 1.
   * A service that is removed is not judged by it.
   */
  minDestinations?: number | undefined;
  /**
   * Of the services in the table that are spoken for, the share (0 … 1) that may be removed at once. Default 0.5.
   */
  maxRemovedServices?: number | undefined;
}

/** The options, checked. */
export interface PlanSettings {
  owns: 'named' | 'all' | RecordList;
  /** Where the kept fields lie in a real server's record. */
  keep: readonly number[];
  guard: Required<{ [G in keyof Guard]: number }> | undefined;
}

const GUARD_FIELDS = new Fields(['minDestinations', 'maxRemovedServices']);
const KEPT = new OneOf<number>([
  ['weight', DESTINATION.weight],
  ['upperThreshold', DESTINATION.upperThreshold],
  ['lowerThreshold', DESTINATION.lowerThreshold],
]);

/** Checks those of the options that a plan has; the caller has checked what fields there are. */
export function checkPlanOptions({ owns = 'named', keep = [], guard = {} }: PlanOptions): PlanSettings {
  if (!Array.isArray(keep)) throw invalidType('options.keep', 'an array of fields', keep);
  return {
    owns: checkOwns(owns),
    keep: keep.map((name, index) => KEPT.checkElement('options.keep', index, name)),
    guard: guard === false ? undefined : checkGuard(guard),
  };
}

function checkOwns(owns: NonNullable<PlanOptions['owns']>): PlanSettings['owns'] {
  if (owns === 'named') return 'named';
  if (owns === 'all') return 'all';
  const expected = "'named', 'all' or an iterable of service keys";
  if (typeof owns === 'string') throw invalidValue('options.owns', expected, owns);
  if (typeof owns?.[Symbol.iterator] !== 'function') throw invalidType('options.owns', expected, owns);
  const keys = new RecordList(SERVICE_STATE);
  for (const key of owns) {
    const index = keys.length;
    try {
      const at = keys.append();
      writeServiceKey(keys.memory, at, key);
    } catch (error) {
      throw relocated('service', `options.owns[${index}]`, index, error);
    }
  }
  return keys;
}

function checkGuard(guard: Guard): NonNullable<PlanSettings['guard']> {
  checkObject('options.guard', guard, 'an object, or false');
  GUARD_FIELDS.check('options.guard', guard);
  const { minDestinations = 1, maxRemovedServices = 0.5 } = guard;
  return {
    minDestinations: checkCount('options.guard.minDestinations', minDestinations),
    maxRemovedServices: checkNumber('options.guard.maxRemovedServices', maxRemovedServices, 0, 1),
  };
}
