/** What the tests read of an ELF file of 64 bits, little-endian: the table that the dynamic loader works by. */

import { readFileSync } from 'node:fs';

const SHT_DYNSYM = 11;
const SHT_DYNAMIC = 6;
const SHT_VERNEED = 0x6ffffffe;
const DT_NEEDED = 1;

/** `e_machine`, by the names that Node has for architectures. */
const MACHINES: Record<number, string> = { 62: 'x64', 183: 'arm64' };

export interface Elf {
  machine: string;
  /** The libraries that it is linked to. */
  needed: string[];
  /** The versions of symbols that it asks of them, such as `GLIBC_2.28`. */
  versions: string[];
  undefined: string[];
  defined: string[];
  /** The first bytes of a function. */
  code(name: string, length: number): Buffer;
}

export function readElf(file: string): Elf {
  const bytes = readFileSync(file);
  const u16 = (at: number) => bytes.readUInt16LE(at);
  const u32 = (at: number) => bytes.readUInt32LE(at);
  const u64 = (at: number) => Number(bytes.readBigUInt64LE(at));
  const text = (at: number) => bytes.toString('latin1', at, bytes.indexOf(0, at));

  const sections = Array.from({ length: u16(60) }, (_, index) => {
    const at = u64(40) + index * u16(58);
    return {
      type: u32(at + 4),
      address: u64(at + 16),
      offset: u64(at + 24),
      size: u64(at + 32),
      link: u32(at + 40),
      info: u32(at + 44),
    };
  });
  const sectionOf = (type: number) => {
    const section = sections.find((each) => each.type === type);
    if (section === undefined) throw new Error(`${file} has no section of type ${type}`);
    return { ...section, names: sections[section.link]?.offset ?? 0 };
  };

  const table = sectionOf(SHT_DYNSYM);
  const symbols = Array.from({ length: table.size / 24 - 1 }, (_, index) => {
    const at = table.offset + (index + 1) * 24;
    return {
      name: text(table.names + u32(at)),
      weak: (bytes[at + 4] ?? 0) >> 4 === 2,
      section: u16(at + 6),
      value: u64(at + 8),
    };
  });

  const dynamic = sectionOf(SHT_DYNAMIC);
  const needed = Array.from({ length: dynamic.size / 16 }, (_, index) => dynamic.offset + index * 16)
    .filter((at) => u64(at) === DT_NEEDED)
    .map((at) => text(dynamic.names + u64(at + 8)));

  return {
    machine: MACHINES[u16(18)] ?? String(u16(18)),
    needed,
    get versions() {
      return readVersions();
    },
    undefined: symbols.filter(({ section, weak }) => section === 0 && !weak).map(({ name }) => name),
    defined: symbols.filter(({ section }) => section !== 0).map(({ name }) => name),
    code(name, length) {
      const address = symbols.find((symbol) => symbol.name === name)?.value ?? -1;
      const section = sections.find((each) => address >= each.address && address < each.address + each.size);
      if (section === undefined) throw new Error(`${file} has no ${name}`);
      const at = address - section.address + section.offset;
      return bytes.subarray(at, at + length);
    },
  };

  function readVersions(): string[] {
    if (!sections.some(({ type }) => type === SHT_VERNEED)) return [];
    const need = sectionOf(SHT_VERNEED);
    const versions: string[] = [];
    let file = need.offset;
    for (let files = 0; files < need.info; files++) {
      let at = file + u32(file + 8);
      for (let count = 0; count < u16(file + 2); count++) {
        versions.push(text(need.names + u32(at + 8)));
        at += u32(at + 12);
      }
      file += u32(file + 12);
    }
    return versions;
  }
}
