/**
 * The port of each file's virtual services: what files before left in the connection table remains there for minutes, and
 * a client's port that is used again would be forwarded as the connection before it was.
 */
export const PORTS = {
  guide: 80,
  nat: 8101,
  natFromDirector: 8102,
  weights: 8103,
  droute: 8104,
  tunnel: 8105,
  persistence: 8106,
  netmask: 8107,
  mark: [8108, 8109],
  udp: 8110,
  statistics: { web: 8111, dns: 8112 },
} as const;
