/** Errors of bad arguments, and the checks that throw them. Each names the field by its path and shows its value. */

import { inspect } from 'node:util';
import { shortened } from './shortened';
import { API, type Clause, worded } from './wording';

/** What the error of a bad argument carries; it is a plain `TypeError` or `RangeError`, and the kernel was not asked. */
export interface ArgumentError extends Error {
  /** Node's own codes: of another type, of a value that means nothing here, of a number out of range. */
  code: 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE' | 'ERR_OUT_OF_RANGE';
  /** The field: `service.port`, `commands[5].destination.weight`. */
  path: string;
  /** For an element of a list, or a field in one: its place in the list, counted from 0. */
  index?: number;
}

/** A path is shortened where a name in it is a long one that there is not. */
export const LONGEST_PATH = 120;

/** What follows the path in the message. */
const WRONG = Symbol('what is wrong');

function argumentError(
  type: typeof TypeError | typeof RangeError,
  code: ArgumentError['code'],
  path: string,
  wrong: Clause,
): ArgumentError {
  const error = new type(shortened(path, LONGEST_PATH) + worded(wrong, API));
  Object.defineProperty(error, WRONG, { value: wrong });
  return Object.assign(error, { code, path });
}

/** Whether it says what is wrong with an argument. */
export function isArgumentError(error: unknown): error is ArgumentError {
  return error instanceof Error && WRONG in error;
}

/** What is wrong, without the path that the message begins with. */
export function whatIsWrong(error: ArgumentError, wording = API): string {
  return worded(clauseOf(error), wording);
}

function clauseOf(error: ArgumentError): Clause {
  return (error as unknown as { [WRONG]: Clause })[WRONG];
}

/** The same error where what was checked is itself the element of a list: `service.port` of `commands[5]`. */
export function inElement(list: string, index: number, error: unknown): unknown {
  if (!isArgumentError(error)) return error;
  const element = `${list}[${index}]`;
  const path = error.path === '' ? element : `${element}.${error.path}`;
  const type = error instanceof RangeError ? RangeError : TypeError;
  return Object.assign(argumentError(type, error.code, path, clauseOf(error)), { index });
}

/** The same error where what was checked as `own` has another path: `service.port` as `desired[3].port`. */
export function relocated(own: string, path: string, index: number, error: unknown): unknown {
  if (!isArgumentError(error)) return error;
  const type = error instanceof RangeError ? RangeError : TypeError;
  const rest = error.path.startsWith(own) ? error.path.slice(own.length) : `.${error.path}`;
  return Object.assign(argumentError(type, error.code, path + rest, clauseOf(error)), { index });
}

// biome-ignore lint/suspicious/noExplicitAny: any function will do.
export type Method = (...args: any[]) => unknown;

/** Has the stack of an argument's error begin where `method` was called: what lies below it is the library's. */
export function fromCaller(error: unknown, method: Method): unknown {
  if (isArgumentError(error)) Error.captureStackTrace(error, method);
  return error;
}

/** What `work` returns; an argument's error that it throws begins where `method` was called. */
export function checked<T>(method: Method, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fromCaller(error, method);
  }
}

/** As `fromCaller`, for errors that come to light when `method` has returned already. */
export function laterFromCaller(method: Method): (error: unknown) => unknown {
  const call: { stack?: string } = {};
  Error.captureStackTrace(call, method);
  return (error) => {
    if (isArgumentError(error)) {
      const { stack = '' } = call;
      error.stack = `${error.name}: ${error.message}${stack.slice(stack.indexOf('\n    at '))}`;
    }
    return error;
  };
}

/** A value as messages show it: in one line, and shortened where it is long. */
export function shown(value: unknown): string {
  const text = inspect(value, { depth: 0, breakLength: Infinity, maxStringLength: 60, maxArrayLength: 6 });
  return shortened(text, 120);
}

/** `service.port must be a number, got '80'`. */
export function invalidType(path: string, expected: string, value: unknown): ArgumentError {
  return argumentError(TypeError, 'ERR_INVALID_ARG_TYPE', path, ` must be ${expected}, got ${shown(value)}`);
}

/** A value of the right type that means nothing here. `hint` says what may have been meant. */
export function invalidValue(path: string, expected: string, value: unknown, hint = ''): ArgumentError {
  const wrong = ` must be ${expected}, got ${shown(value)}${hint === '' ? '' : `: ${hint}`}`;
  return argumentError(TypeError, 'ERR_INVALID_ARG_VALUE', path, wrong);
}

/** Fields that do not go together. `wrong` is the rest of a sentence that begins with the path. */
export function conflict(path: string, wrong: Clause): ArgumentError {
  return argumentError(TypeError, 'ERR_INVALID_ARG_VALUE', path, wrong);
}

/** An object that may hold fields. */
export function checkObject(path: string, value: unknown, expected = 'an object'): asserts value is object {
  if (typeof value !== 'object' || value === null) throw invalidType(path, expected, value);
}

/** An integer within bounds. */
export function checkInteger(path: string, value: unknown, min: number, max: number): number {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
  throw notInteger(path, value, min, max);
}

function notInteger(path: string, value: unknown, min: number, max: number): Error {
  const expected = `an integer from ${min} to ${max}`;
  return typeof value === 'number' ? outOfRange(path, expected, value) : invalidType(path, expected, value);
}

/** A number within bounds, whole or not. */
export function checkNumber(path: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number') throw invalidType(path, `a number from ${min} to ${max}`, value);
  if (!(value >= min && value <= max)) throw outOfRange(path, `a number from ${min} to ${max}`, value);
  return value;
}

function outOfRange(path: string, expected: string, value: number): ArgumentError {
  return argumentError(RangeError, 'ERR_OUT_OF_RANGE', path, ` must be ${expected}, got ${shown(value)}`);
}

/** A string. */
export function checkString(path: string, value: unknown, expected = 'a string'): string {
  if (typeof value !== 'string') throw invalidType(path, expected, value);
  return value;
}

/** The greatest integer that the kernel keeps in an `int`: weights, thresholds, milliseconds, process ids. */
export const MAX_INT = 2147483647;
