/** Names of ports, from /etc/services. */

import { readFileSync } from 'node:fs';

interface Services {
  /** By `http/tcp`. */
  ports: Map<string, number>;
  /** By `80/tcp`. */
  names: Map<string, string>;
}

let services: Services | undefined;

function load(): Services {
  const ports = new Map<string, number>();
  const names = new Map<string, string>();
  for (const line of read().split('\n')) {
    const [name, where, ...aliases] = (line.split('#')[0] as string)
      .split(/\s+/)
      .filter((word) => word !== '');
    const [port, protocol] = where?.split('/') ?? [];
    if (name === undefined || port === undefined || protocol === undefined) continue;
    if (!names.has(`${port}/${protocol}`)) names.set(`${port}/${protocol}`, name);
    for (const alias of [name, ...aliases]) {
      if (!ports.has(`${alias}/${protocol}`)) ports.set(`${alias}/${protocol}`, Number(port));
    }
  }
  return { ports, names };
}

/** Empty where there is no such file. */
function read(): string {
  try {
    return readFileSync('/etc/services', 'utf8');
  } catch {
    return '';
  }
}

/** `http` to 80. */
export function portOfService(name: string, protocol: string | undefined): number | undefined {
  services ??= load();
  return services.ports.get(`${name}/${protocol}`);
}

/** 80 to `http`. */
export function serviceOfPort(port: number, protocol: string): string | undefined {
  services ??= load();
  return services.names.get(`${port}/${protocol}`);
}
