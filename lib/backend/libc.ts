/** Which C library Node has been built for. */

import { closeSync, openSync, readSync } from 'node:fs';

/** Node's own C library, by the loader that its file names: a report of the process would tell, in a hundred times as long. */
export function libc(): 'glibc' | 'musl' {
  try {
    return readLoader(process.execPath).includes('/ld-musl-') ? 'musl' : 'glibc';
  } catch {
    // Not there any more, as after an update: the usual one is the best guess.
    return 'glibc';
  }
}

/** The path of the loader that a 64-bit ELF program asks for; it lies anywhere in a file that tools have added to. */
function readLoader(program: string): string {
  const PT_INTERP = 3;
  const fd = openSync(program, 'r');
  const read = (position: bigint, length: number) => {
    const part = Buffer.alloc(length);
    readSync(fd, part, 0, length, position);
    return part;
  };
  try {
    const header = read(0n, 64);
    const size = header.readUInt16LE(54);
    const segments = read(header.readBigUInt64LE(32), size * header.readUInt16LE(56));
    for (let at = 0; at < segments.length; at += size) {
      if (segments.readUInt32LE(at) !== PT_INTERP) continue;
      return read(segments.readBigUInt64LE(at + 8), segments.readUInt32LE(at + 32)).toString('latin1');
    }
    return '';
  } finally {
    closeSync(fd);
  }
}
