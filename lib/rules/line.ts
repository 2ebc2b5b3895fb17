import type { Family } from '../model/address';
import type { DestinationSpec } from '../model/destination';
import type { Protocol } from '../model/protocol';
import type { ServiceFlag } from '../model/service-flags';
import type { CommandName } from './commands';
import type { Hosts } from './host-names';
import type { OptionName } from './options';

/** A command line; what was not given is absent. */
export class Line {
  readonly command: CommandName;
  readonly hosts: Hosts;
  readonly given: OptionName[] = [];
  /** Words that belong to no option, such as the values of `--set`. */
  words: readonly string[] = [];

  protocol: Protocol | undefined;
  address = '';
  family: Family = 'ipv4';
  port = 0;
  /** Whether the service's port was given: 0 can be given, too. */
  portGiven = false;
  fwmark: number | undefined;

  scheduler: string | undefined;
  /** Seconds. */
  persistent: number | undefined;
  netmask: string | undefined;
  /** The netmask, read once the family is known: a prefix length for IPv6. */
  mask: string | number | undefined;
  engine: string | undefined;
  schedulerFlags: string | undefined;
  flags: ServiceFlag[] = [];

  server: { address: string; family: Family; port: number | undefined } | undefined;
  forward: DestinationSpec['forward'];
  weight: number | undefined;
  upperThreshold: number | undefined;
  lowerThreshold: number | undefined;
  /** Those of `given` that configure a tunnel, beside its type. */
  readonly tunnelOptions: OptionName[] = [];
  tunnelType: 'ipip' | 'gue' | 'gre' | undefined;
  tunnelPort: number | undefined;

  /** `master` or `backup`. */
  role: string | undefined;
  interface: string | undefined;
  syncId: number | undefined;
  maxLength: number | undefined;
  group: string | undefined;
  groupPort: number | undefined;
  ttl: number | undefined;

  constructor(command: CommandName, hosts: Hosts) {
    this.command = command;
    this.hosts = hosts;
  }

  has(option: OptionName): boolean {
    return this.given.includes(option);
  }
}
