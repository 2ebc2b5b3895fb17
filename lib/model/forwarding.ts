/** Forwarding methods: names <-> the kernel's numbers. */

/** NAT is `masq`, IP tunnelling is `tunnel`, direct routing is `droute`. */
export type ForwardingMethod = 'masq' | 'tunnel' | 'droute' | 'local' | 'bypass';

/** In the order of their numbers. */
export const FORWARDING_NAMES: readonly ForwardingMethod[] = ['masq', 'local', 'tunnel', 'droute', 'bypass'];

export const MASQ = 0;
export const TUNNEL = 2;

/** The name of a forwarding method; one that this library does not know shows as `method-7`. */
export function forwardingName(number: number): ForwardingMethod {
  return FORWARDING_NAMES[number] ?? (`method-${number}` as ForwardingMethod);
}
