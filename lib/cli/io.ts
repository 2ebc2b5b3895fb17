import type { IpvsSync } from '../ipvs-sync';

/** Input, output and the kernel, as lvsadm uses them. */
export interface Io {
  /** All of standard input. Throws where it cannot be read. */
  stdin(): string;
  stdout(text: string): void;
  stderr(text: string): void;
  /** Says how far it is, to somebody who has waited for a while. */
  progress(text: () => string): void;
  /** The kernel. */
  open(): IpvsSync;
}
