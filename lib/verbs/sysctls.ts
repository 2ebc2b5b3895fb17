/** The verbs of the namespace's settings. They are files, not requests: the handle reads and writes them in their turn. */

import type { BackendHandle } from '../backend/backend';
import type { Asked } from '../errors/asked';
import { Failure } from '../errors/failure';
import { Fields } from '../errors/fields';
import { refusal, refused } from '../errors/refusal';
import { checkSysctls, parseSysctl, SYSCTL_NAMES, type Sysctls, whyMissing } from '../model/sysctls';

type Texts = Record<string, string>;

const ENOENT = 2;

export const READING: Asked = { syscall: 'sysctls', reads: true };

export async function readSysctls(handle: BackendHandle): Promise<Sysctls> {
  return values(texts(await handle.readSysctls(), READING));
}

export function readSysctlsSync(handle: BackendHandle): Sysctls {
  return values(texts(handle.readSysctlsSync(), READING));
}

/** Throws where they could not be read. */
function texts(read: Texts | number, asked: Asked): Texts {
  if (typeof read !== 'number') return read;
  // The folder belongs to the module.
  throw refused(asked, read === ENOENT ? Failure.moduleMissing : read);
}

function values(texts: Texts): Sysctls {
  const entries = Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, text]) => [name, parseSysctl(name, text)]));
}

/** Settings to be written. */
export class SysctlChanges {
  readonly asked: Asked;
  readonly #values: Partial<Sysctls>;
  readonly #texts: Map<string, string>;

  /** Throws at the first value that no kernel takes. */
  constructor(values: Partial<Sysctls>) {
    this.#texts = checkSysctls(values);
    this.#values = values;
    this.asked = { syscall: 'setSysctls', target: values };
  }

  /** Writes them one after the other, where the kernel has all of them. */
  async write(handle: BackendHandle): Promise<void> {
    this.#checkNames(await handle.readSysctls());
    for (const [name, text] of this.#texts) this.#checkStatus(name, await handle.writeSysctl(name, text));
  }

  /** As `write`, on the caller's thread. */
  writeSync(handle: BackendHandle): void {
    this.#checkNames(handle.readSysctlsSync());
    for (const [name, text] of this.#texts) this.#checkStatus(name, handle.writeSysctlSync(name, text));
  }

  #checkNames(read: Texts | number): void {
    const present = texts(read, this.asked);
    new Fields(Object.keys(present), SYSCTL_NAMES).check('values', this.#values);
    for (const name of this.#texts.keys()) {
      if (name in present) continue;
      throw refusal(
        'ERR_IPVS_UNSUPPORTED',
        this.#of(name),
        `there is no such setting here: ${whyMissing(name)}`,
      );
    }
  }

  #checkStatus(name: string, errno: number): void {
    if (errno !== 0) throw refused(this.#of(name), errno);
  }

  #of(name: string): Asked {
    return { ...this.asked, subject: () => `${name}=${this.#texts.get(name)?.replace('\t', ' ')}` };
  }
}
