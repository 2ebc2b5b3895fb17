import type { BackendHandle } from '../backend/backend';

/** Input, output and the kernel, as lvsadm uses them. */
export interface Io {
  /** All of standard input. Throws where it cannot be read. */
  stdin(): string;
  stdout(text: string): void;
  stderr(text: string): void;
  /** Says how far it is, to somebody who has waited for a while. */
  progress(text: () => string): void;
  /** An open handle to the kernel. */
  open(): BackendHandle;
}
