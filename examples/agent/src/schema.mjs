// @ts-check
/**
 * The documents that say what a director should do, as operators write them. What a document may hold is said here;
 * what goes together (port 0 needs persistence, IPv6 behind IPv4 needs a tunnel) the library says: documents.mjs.
 */
import * as z from 'zod';

const milliseconds = z.int().min(1).max(86_400_000);
const count = z.int().min(1).max(100);
const share = z.number().min(0).max(1);
const port = z.int().min(1).max(65_535);
const connections = z.int().min(0).max(2_147_483_647);
const forward = z.enum(['masq', 'tunnel', 'droute', 'local', 'bypass']);
const tunnel = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ipip') }),
  z.strictObject({
    type: z.literal('gue'),
    port,
    checksum: z.enum(['none', 'checksum', 'remote-checksum']).optional(),
  }),
  z.strictObject({ type: z.literal('gre'), checksum: z.enum(['none', 'checksum']).optional() }),
]);

/** What every kind of health check has. */
const pace = {
  /** Milliseconds from one check's start to the next one's. */
  interval: milliseconds.default(2000),
  /** Milliseconds after which a check has failed. */
  timeout: milliseconds.default(1000),
  /** So many good checks in a row bring a server back; the first check of a new one decides by itself. */
  rise: count.default(2),
  /** So many failed checks in a row take a server out. */
  fall: count.default(3),
  /** Each interval is longer or shorter by up to this share, so that directors do not check in step. */
  jitter: share.default(0.2),
  /** Where a smaller share than this of the servers is healthy, the checks are not believed: all count as healthy. */
  panic: share.default(0.5),
  /** Where the check goes. Default: the server's own port. */
  port: port.optional(),
};

const http = {
  ...pace,
  path: z.string().startsWith('/').default('/'),
  /** The Host header, and with `https` the name in the certificate. Default: the server's address. */
  host: z.string().optional(),
  /** Default: 200 to 399. */
  status: z.array(z.int().min(100).max(599)).min(1).optional(),
};

export const health = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('tcp'), ...pace }),
  z.strictObject({ type: z.literal('http'), ...http }),
  z.strictObject({
    type: z.literal('https'),
    ...http,
    /** False: any certificate will do. */
    verify: z.boolean().default(true),
  }),
  z.strictObject({
    type: z.literal('command'),
    ...pace,
    /** Healthy where it exits with 0. It finds SERVER_ADDRESS and SERVER_PORT in its environment. */
    command: z.array(z.string()).min(1),
  }),
]);

/** A real server: in a service document, or as a registration of its own. */
export const server = z.strictObject({
  address: z.string(),
  port: z.int().min(0).max(65_535),
  /** 100, where the library's default is 1: a ramp needs steps. */
  weight: connections.default(100),
  forward: forward.optional(),
  tunnel: tunnel.optional(),
  upperThreshold: connections.optional(),
  lowerThreshold: connections.optional(),
});

/** A virtual service with its real servers. */
export const service = z.strictObject({
  protocol: z.enum(['tcp', 'udp', 'sctp']).optional(),
  address: z.string().optional(),
  port: z.int().min(0).max(65_535).optional(),
  fwmark: z.int().min(1).max(4_294_967_295).optional(),
  family: z.enum(['ipv4', 'ipv6']).optional(),
  scheduler: z.string().min(1).default('wlc'),
  flags: z.array(z.string()).optional(),
  persistence: z
    .union([
      z.boolean(),
      z.strictObject({
        timeout: z.int().min(1).max(2_678_400).optional(),
        netmask: z.union([z.int(), z.string()]).optional(),
        engine: z.string().optional(),
      }),
    ])
    .optional(),
  /** For those of its servers that say nothing else. */
  forward: forward.default('masq'),
  tunnel: tunnel.optional(),
  servers: z.array(server).default([]),
  /** Absent: every server counts as healthy. */
  health: health.optional(),
  /** A server that comes into service gets its weight over so many milliseconds. */
  ramp: z.strictObject({ over: milliseconds, steps: z.int().min(1).max(1000).default(10) }).optional(),
});

/** @typedef {z.infer<typeof service>} ServiceDocument */
/** @typedef {z.infer<typeof server>} ServerDocument */
/** @typedef {z.infer<typeof health>} HealthCheck */

/** @typedef {{ field: string, message: string }} Issue */

/**
 * What is wrong, by field.
 *
 * @param {z.ZodError} error
 * @returns {Issue[]}
 */
export function issuesOf(error) {
  return error.issues.map(({ path, message }) => ({
    field: path
      .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
      .join('')
      .replace(/^\./, ''),
    message,
  }));
}
