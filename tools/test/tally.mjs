// @ts-check
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';

const folder = '.cache/test';

/** A file of tests, and how many of them did what. @typedef {{ name: string, passed: number, failed: number, skipped: number }} File */

/** Counts tests over several runs of Jest, by the reports that it writes. */
export class Tally {
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  #reports = 0;
  /** Files that passed when they were run again. @type {string[]} */
  #unsteady = [];

  constructor() {
    mkdirSync(folder, { recursive: true });
  }

  /**
   * The argument that makes a run of Jest write its report, and what adds that when the run has ended. It returns the files
   * of the run; none where Jest itself went down, and its report with it.
   */
  report() {
    const file = `${folder}/${process.pid}-${this.#reports++}.json`;
    return { argument: `--outputFile=${file}`, add: () => this.#add(file) };
  }

  /** @param {string} report @returns {File[]} */
  #add(report) {
    try {
      const files = JSON.parse(readFileSync(report, 'utf8')).testResults.map(fileOf);
      for (const file of files) this.#count(file, 1);
      return files;
    } catch {
      this.#failed += 1;
      return [];
    } finally {
      rmSync(report, { force: true });
    }
  }

  /** They were run again, and passed: their first run no longer counts, but they are named. @param {File[]} files */
  forgive(files) {
    for (const file of files) {
      this.#count(file, -1);
      this.#unsteady.push(file.name);
    }
  }

  /** @param {File} file @param {1 | -1} times */
  #count({ passed, failed, skipped }, times) {
    this.#passed += times * passed;
    this.#failed += times * failed;
    this.#skipped += times * skipped;
  }

  toString() {
    const counts = `${this.#passed} passed, ${this.#failed} failed, ${this.#skipped} skipped`;
    return [counts, ...this.#unsteady.map((name) => `unsteady, passed when it ran alone: ${name}`)].join(
      '\n',
    );
  }
}

/**
 * @param {{ name: string, status: string, assertionResults: { status: string }[] }} result
 * @returns {File}
 */
function fileOf({ name, status, assertionResults }) {
  const count = (/** @type {string[]} */ ...statuses) =>
    assertionResults.filter((result) => statuses.includes(result.status)).length;
  return {
    name: relative('', name),
    passed: count('passed'),
    // A file that could not even be read as tests holds none to count.
    failed: count('failed') || (status === 'failed' ? 1 : 0),
    skipped: count('pending', 'todo'),
  };
}
