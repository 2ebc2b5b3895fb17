// @ts-check
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

const folder = '.cache/test';
const file = `${folder}/${process.pid}.json`;

/** Counts tests over several runs of Jest, by the reports that it writes. */
export class Tally {
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  /** What makes Jest write its report. */
  arguments = ['--passWithNoTests', '--json', `--outputFile=${file}`];

  constructor() {
    mkdirSync(folder, { recursive: true });
  }

  /** Adds the run that has just ended. */
  add() {
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
