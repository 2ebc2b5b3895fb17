/** Every verb, for tests of what a verb sends and how its answer is read. */

export * from '../lib/verbs/daemons';
export * from '../lib/verbs/destinations';
export * from '../lib/verbs/director';
export * from '../lib/verbs/info';
export * from '../lib/verbs/patches';
export * from '../lib/verbs/services';
export * from '../lib/verbs/table';
