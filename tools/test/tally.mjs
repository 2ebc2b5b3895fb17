// @ts-check
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

const folder = '.cache/test';

/** Counts tests over several runs of Jest, by the reports that it writes. */
export class Tally {
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  #reports = 0;

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
    } catch {
      this.#failed += 1; // Jest itself went down, and its report with it.
    }
    rmSync(file, { force: true });
  }

  toString() {
    return `${this.#passed} passed, ${this.#failed} failed, ${this.#skipped} skipped`;
  }
}
