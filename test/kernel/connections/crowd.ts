import { type Entry, Protocol } from '../../../benchmarks/connections/backup.cjs';

const ESTABLISHED = 1;

/** Connections of as many clients, to one service, of which some end within seconds. */
export function crowd(size: number, timeout = 600): Entry[] {
  return Array.from({ length: size }, (_, i) => ({
    protocol: Protocol.tcp,
    client: { address: `100.64.${i >> 8}.${i & 255}`, port: 1024 + i },
    virtual: { address: '198.51.100.1', port: 80 },
    destination: { address: `10.77.0.${1 + (i % 4)}`, port: 8080 },
    state: ESTABLISHED,
    timeout,
  }));
}
