/** The values of the exporter's options. */

import { isIP } from 'node:net';
import { CommandLineError } from '../../rules/command-line-error';

export const DEFAULT_LISTEN = '127.0.0.1:9469';

/** Where to listen: `127.0.0.1:9469`, `[::1]:9469`, and `:9469` for every address. */
export function placeOf(text: string): { host?: string; port: number } {
  const [, bracketed, plain, digits] = /^(?:\[(.*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  const isPlace = bracketed === undefined ? plain === '' || isIP(plain ?? '') === 4 : isIP(bracketed) === 6;
  if (host === undefined || !isPlace || port > 65535) {
    throw new CommandLineError(`--listen ${text}: must be like 127.0.0.1:9469, [::1]:9469 or :9469`);
  }
  return host === '' ? { port } : { host, port };
}

/** Labels of every sample, from `name=value`. */
export function labelsOf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=');
      if (equals < 1) throw new CommandLineError(`--label ${text}: must be like region=eu`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}
