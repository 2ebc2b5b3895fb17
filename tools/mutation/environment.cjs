// @ts-check
/* One test that fails is enough: those after it are skipped. */

const { TestEnvironment } = require('jest-environment-node');

module.exports = class extends TestEnvironment {
  #failed = false;

  /** @param {import('@jest/types').Circus.Event} event */
  async handleTestEvent(event) {
    if (event.name === 'test_done') this.#failed ||= event.test.errors.length > 0;
    if (event.name === 'test_start' && this.#failed) event.test.mode = 'skip';
  }
};
