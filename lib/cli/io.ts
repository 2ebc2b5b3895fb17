import type { IpvsSync } from '../ipvs-sync';

/** What lvsadm talks to. */
export interface Io {
  /** All of standard input. Throws where it cannot be read. */
  stdin(): string;
  stdout(text: string): void;
  stderr(text: string): void;
  /** The kernel. */
  open(): IpvsSync;
}
