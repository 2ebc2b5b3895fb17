/** How errors name what they are about. */

/** What was asked, and of what: as messages and errors name it. */
export interface Asked {
  /** The verb. */
  syscall: string;
  /** What the verb was given to act on; absent for director-wide verbs. */
  target?: unknown;
  /** The scheduler that a service is to have. */
  scheduler?: string;
  /** The target in words: `tcp 10.0.0.1:80`. */
  subject?(): string;
  /** It only reads: what became of it is no question where no answer came. */
  reads?: boolean;
}
