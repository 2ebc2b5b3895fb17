import { Ipvs } from '../index';

/** Output, the kernel and the end, as programs that go on for a while use them. */
export interface ProgramIo {
  stdout(text: string): void;
  stderr(text: string): void;
  open(): Promise<Ipvs>;
  /** Aborted when the program is to end. */
  signal: AbortSignal;
}

/** Those of this process, which a signal ends. */
export function processIo(): ProgramIo {
  const end = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => end.abort(name));
  // Nobody reads any more.
  process.stdout.on('error', () => end.abort('EPIPE'));
  return {
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    open: () => Ipvs.open(),
    signal: end.signal,
  };
}
