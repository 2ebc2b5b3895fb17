// @ts-check
const Sequencer = require('@jest/test-sequencer').default;
const { seconds, unloads } = require('./durations.cjs');

/**
 * The longest files first; shares that take about as long as each other. Before all, those that take the module out of the
 * kernel: a network namespace that another file has deleted can hold its schedulers for a minute more.
 */
module.exports = class extends Sequencer {
  /** @override @type {import('@jest/test-sequencer').default['sort']} */
  sort(tests) {
    return [...tests].sort(
      (a, b) =>
        Number(unloads(b.path)) - Number(unloads(a.path)) ||
        seconds(b.path) - seconds(a.path) ||
        (a.path < b.path ? -1 : 1),
    );
  }

  /** @override @type {import('@jest/test-sequencer').default['shard']} */
  shard(tests, { shardIndex, shardCount }) {
    const shares = Array.from({ length: shardCount }, () => ({
      tests: /** @type {typeof tests} */ ([]),
      sum: 0,
    }));
    for (const test of /** @type {typeof tests} */ (this.sort(tests))) {
      const share = shares.reduce((least, each) => (each.sum < least.sum ? each : least));
      share.tests.push(test);
      share.sum += seconds(test.path);
    }
    return shares[shardIndex - 1]?.tests ?? [];
  }
};
