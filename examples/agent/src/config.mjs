// @ts-check
/** The agent's own configuration: where the documents come from, and how it works. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import * as z from 'zod';
import { messageOf } from './names.mjs';
import { issuesOf } from './schema.mjs';

const milliseconds = z.int().min(1).max(86_400_000);

const etcd = z
  .strictObject({
    endpoints: z.array(z.url({ protocol: /^https?$/ })).min(1),
    /** All keys of this fleet begin so. */
    prefix: z.string().endsWith('/').default('/ipvs/'),
    /** Files; read at each connection. */
    tls: z
      .strictObject({
        ca: z.string().optional(),
        certificate: z.string().optional(),
        key: z.string().optional(),
      })
      .optional(),
    user: z.string().optional(),
    passwordFile: z.string().optional(),
  })
  .refine(({ user, passwordFile }) => (user === undefined) === (passwordFile === undefined), {
    message: 'user and passwordFile belong together',
    path: ['passwordFile'],
  });

const source = z.union([z.strictObject({ file: z.string() }), z.strictObject({ etcd })], {
  error: "one of 'file: PATH' and 'etcd: { endpoints: […] }'",
});

const reconcile = z.strictObject({
  /** Milliseconds that pass from a change until it is applied, with all that changed meanwhile. */
  settle: milliseconds.default(50),
  /** Milliseconds after which the table is compared though nothing has changed. */
  driftCheck: milliseconds.default(60_000),
  guard: z
    .strictObject({
      minDestinations: z.int().min(0).default(1),
      maxRemovedServices: z.number().min(0).max(1).default(0.5),
    })
    .prefault({}),
  /** How servers leave. */
  drain: z
    .strictObject({
      timeout: z.int().min(0).default(300_000),
      interval: milliseconds.default(1000),
      onTimeout: z.enum(['delete', 'keep']).default('delete'),
    })
    .prefault({}),
});

const config = z.strictObject({
  source: source.default({ file: '/etc/ipvs-agent/services.yaml' }),
  /** Where /metrics, /healthz and /plan are. */
  listen: z
    .strictObject({ host: z.string().default('127.0.0.1'), port: z.int().min(0).max(65_535).default(9505) })
    .prefault({}),
  /** The folder in which the last good documents are kept, for a start without the source. */
  state: z.string().optional(),
  reconcile: reconcile.prefault({}),
  /** Health checks at the same time. */
  concurrency: z.int().min(1).max(10_000).default(100),
  log: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
  /**
   * What SIGTERM does. `keep`: ends at once. `drain`: /healthz says 503, so that whatever sends traffic here stops to, and it
   * ends when no connection is active, or after `timeout`. The table stays in either case.
   */
  shutdown: z
    .strictObject({ mode: z.enum(['keep', 'drain']).default('keep'), timeout: milliseconds.default(300_000) })
    .prefault({}),
});

/** @typedef {z.infer<typeof config>} Config */

/** What is wrong with a configuration, a line for each field. */
export class ConfigError extends Error {}

/** @param {unknown} value @param {string} where @returns {Config} */
export function checkConfig(value, where) {
  const { data, error } = config.safeParse(value);
  if (error === undefined) return data;
  throw new ConfigError(
    issuesOf(error)
      .map(({ field, message }) => `${where}: ${field || 'all of it'}: ${message}`)
      .join('\n'),
  );
}

/** @param {string} path a YAML or JSON file */
export async function readConfig(path) {
  try {
    return checkConfig(parse(await readFile(path, 'utf8')), path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${path}: ${messageOf(error)}`);
  }
}
