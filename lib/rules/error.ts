/** What lvsadm exits with. */
export const Status = {
  done: 0,
  /** A listing failed. */
  notListed: 1,
  /** A value or a combination that the grammar has not; or there is no IPVS to talk to. */
  wrong: 2,
  /** An option that the grammar has not; or the kernel refused a change. */
  unreadable: 255,
  refused: 255,
} as const;

/** A command line that asks for nothing that could be done. */
export class CommandLineError extends Error {
  override readonly name = 'CommandLineError';
  readonly status: number;

  constructor(message: string, status: number = Status.wrong) {
    super(message);
    this.status = status;
  }
}
