// @ts-check
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';

const folder = '.cache/test';

/** Counts tests over several runs of Jest, by the reports that it writes. */
export class Tally {
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  #reports = 0;
  /** Files with a test that failed, and how many of their tests did what. @type {{ name: string, passed: number, failed: number }[]} */
  #failing = [];
  /** Files that passed when they were run again. @type {string[]} */
  #unsteady = [];

  constructor() {
    mkdirSync(folder, { recursive: true });
  }

  /** The argument that makes a run of Jest write its report, and what adds that when the run has ended. */
  report() {
    const file = `${folder}/${process.pid}-${this.#reports++}.json`;
    return { argument: `--outputFile=${file}`, add: () => this.#add(file) };
  }

  /** @param {string} file */
  #add(file) {
    try {
      const report = JSON.parse(readFileSync(file, 'utf8'));
      this.#passed += report.numPassedTests;
      // A file that could not even be read as tests holds none to count.
      this.#failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
      this.#skipped += report.numPendingTests + report.numTodoTests;
      for (const { name, status, assertionResults } of report.testResults) {
        if (status !== 'failed') continue;
        const failed = count(assertionResults, 'failed') || 1;
        this.#failing.push({ name: relative('', name), passed: count(assertionResults, 'passed'), failed });
      }
    } catch {
      this.#failed += 1; // Jest itself went down, and its report with it.
    }
    rmSync(file, { force: true });
  }

  /** The files with a test that failed; none where Jest itself went down, so that not all are known. */
  get failing() {
    const known = this.#failing.reduce((sum, { failed }) => sum + failed, 0);
    return known === this.#failed ? this.#failing.map(({ name }) => name) : [];
  }

  /** They were run again, and passed: the first run of theirs no longer counts, but they are named. */
  forgive() {
    for (const { name, passed, failed } of this.#failing.splice(0)) {
      this.#passed -= passed;
      this.#failed -= failed;
      this.#unsteady.push(name);
    }
  }

  toString() {
    const counts = `${this.#passed} passed, ${this.#failed} failed, ${this.#skipped} skipped`;
    return [counts, ...this.#unsteady.map((name) => `unsteady, passed when it ran alone: ${name}`)].join(
      '\n',
    );
  }
}

/**
 * @param {{ status: string }[]} results
 * @param {string} status
 */
function count(results, status) {
  return results.filter((result) => result.status === status).length;
}
