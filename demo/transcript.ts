import { inspect } from 'node:util';
import type { Ipvs } from '@lvs/netlink';

/** Tells in one line what comes next, and why. */
export function note(text: string): void {
  console.log(`\n# ${text}`);
}

/** Shows a line of code. */
export function code(text: string): void {
  console.log(`> ${text}`);
}

/** Shows a command of a shell. */
export function command(line: string): void {
  console.log(`$ ${line}`);
}

/** Shows what came of it. */
export function result(text: string): void {
  console.log(text);
}

/** Shows lines that already end each with its newline. */
export function listing(lines: string): void {
  process.stdout.write(lines);
}

/** The same handle, which shows each call as the line of code that makes it. */
export function transcribed(ipvs: Ipvs): Ipvs {
  return new Proxy(ipvs, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (typeof name === 'string' && name !== 'close') code(lineOf(name, args));
        return member.apply(target, args);
      };
    },
  });
}

function lineOf(verb: string, args: readonly unknown[]): string {
  const literals = args.map((arg) =>
    inspect(arg, { depth: null, compact: true, breakLength: Number.POSITIVE_INFINITY }),
  );
  const call = `ipvs.${verb}(${literals.join(', ')})`;
  return verb === 'connections' ? `for await (const connection of ${call})` : `await ${call}`;
}
