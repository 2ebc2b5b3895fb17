import type { Family } from '../model/address';

/** An address that stands for the clients of the internet; no network has it (RFC 5737, RFC 3849). */
export const SOMEWHERE: Record<Family, string> = { ipv4: '192.0.2.1', ipv6: '2001:db8::1' };
