// @ts-check
/** An authority with a server's and a client's certificate, for 127.0.0.1, in a folder that goes with them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Certificates {
  #folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  ca = this.#make('authority', []);
  server = this.#make('server', ['subjectAltName=IP:127.0.0.1']);
  serverKey = this.#path('server.key');
  client = this.#make('client', ['extendedKeyUsage=clientAuth']);
  clientKey = this.#path('client.key');

  dispose() {
    rmSync(this.#folder, { recursive: true });
  }

  /** A file in the same folder. @param {string} name @param {string} text */
  file(name, text) {
    writeFileSync(this.#path(name), text);
    return this.#path(name);
  }

  /** @param {string} name */
  #path(name) {
    return join(this.#folder, name);
  }

  /** @param {string} name @param {string[]} extensions @returns {string} the certificate's file */
  #make(name, extensions) {
    const isAuthority = extensions.length === 0;
    const by = isAuthority ? [] : ['-CA', this.ca, '-CAkey', this.#path('authority.key')];
    const args = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
    ];
    execFileSync(
      'openssl',
      [
        ...args,
        ...['-subj', `/CN=${name}`, '-keyout', this.#path(`${name}.key`), '-out', this.#path(`${name}.pem`)],
        ...extensions.flatMap((extension) => ['-addext', extension]),
        ...(isAuthority ? [] : ['-addext', 'basicConstraints=critical,CA:FALSE']),
        ...by,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    return this.#path(`${name}.pem`);
  }
}
