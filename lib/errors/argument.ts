/** Checks of arguments. Each failure names the field by its path, what would be right, and the value. */

import { inspect } from 'node:util';

function withCode<E extends Error>(error: E, code: string): E {
  return Object.assign(error, { code });
}

function shown(value: unknown): string {
  const text = inspect(value, { depth: 0, breakLength: Infinity, maxStringLength: 60, maxArrayLength: 6 });
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** `service.port must be a number, got '80'`. */
export function invalidType(path: string, expected: string, value: unknown): TypeError {
  return withCode(new TypeError(`${path} must be ${expected}, got ${shown(value)}`), 'ERR_INVALID_ARG_TYPE');
}

/** A value of the right type that means nothing here: `service.protocol must be one of …, got 'icmp'`. */
export function invalidValue(path: string, expected: string, value: unknown): TypeError {
  return withCode(new TypeError(`${path} must be ${expected}, got ${shown(value)}`), 'ERR_INVALID_ARG_VALUE');
}

/** Fields that do not go together: the whole sentence is the caller's. */
export function conflict(sentence: string): TypeError {
  return withCode(new TypeError(sentence), 'ERR_INVALID_ARG_VALUE');
}

/** An object that may hold fields. */
export function checkObject(path: string, value: unknown, expected = 'an object'): asserts value is object {
  if (typeof value !== 'object' || value === null) throw invalidType(path, expected, value);
}

/** An integer within bounds. */
export function checkInteger(path: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number') throw invalidType(path, `an integer from ${min} to ${max}`, value);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw withCode(
      new RangeError(`${path} must be an integer from ${min} to ${max}, got ${shown(value)}`),
      'ERR_OUT_OF_RANGE',
    );
  }
  return value;
}

/** A string. */
export function checkString(path: string, value: unknown, expected = 'a string'): string {
  if (typeof value !== 'string') throw invalidType(path, expected, value);
  return value;
}
