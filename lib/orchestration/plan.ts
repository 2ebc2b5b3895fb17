import type { Command } from '../model/command';
import { type DestinationState, describeDestination } from '../model/destination';
import { describeService, type ServiceKey, type ServiceState } from '../model/service';
import type { Tunnel } from '../model/tunnel';
import type { Guard } from './plan-options';

/** One difference between the table and the desired state. */
export interface Change {
  /** What is sent. */
  command: Command;
  /** What it replaces or removes. */
  before?: ServiceState | DestinationState;
  /** The fields that differ, by name; empty where something is added or removed. */
  fields: readonly string[];
}

/** What a guard forbids of the table that would result. */
export interface GuardViolation {
  /** Which bound is broken. */
  guard: keyof Guard;
  /** Absent for `maxRemovedServices`. */
  service?: ServiceKey;
  /** What would be left, or the share that would be removed. */
  value: number;
  /** The guard's own value. */
  bound: number;
}

/** What `apply` would do, in the order in which it is sent: what is new before what is removed. */
export interface Plan {
  /** In the order in which they are sent; their commands are a batch. */
  readonly changes: readonly Change[];
  /** What the guard forbids of it; `apply` refuses a plan that has any. */
  readonly violations: readonly GuardViolation[];
  /** Whether there are no changes. */
  readonly isEmpty: boolean;
  /** One line per change, as a person reads a diff: `+` added, `~` changed with old → new, `-` removed. */
  toString(): string;
}

/** A plan that has been made. */
export class TablePlan implements Plan {
  readonly changes: readonly Change[];
  readonly violations: readonly GuardViolation[];

  constructor(changes: readonly Change[], violations: readonly GuardViolation[]) {
    this.changes = changes;
    this.violations = violations;
  }

  get isEmpty(): boolean {
    return this.changes.length === 0;
  }

  toString(): string {
    return this.changes.map(describeChange).join('\n');
  }
}

/** `~ 10.0.0.2:80 of tcp 10.0.0.1:80: weight 1 → 5` */
export function describeChange({ command, before, fields }: Change): string {
  const { op, service, destination } = command as Extract<Command, { destination: unknown }>;
  const subject =
    destination === undefined
      ? describeService(service)
      : `${describeDestination(destination)} of ${describeService(service)}`;
  if (op.startsWith('delete')) return `- ${subject}`;
  const after = (destination ?? service) as unknown as Row;
  if (before === undefined) return `+ ${subject}: ${whole(after)}`;
  const old = before as unknown as Row;
  const changed = fields.map((name) => `${name} ${value(name, old[name])} → ${value(name, after[name])}`);
  return `~ ${subject}: ${changed.join(', ')}`;
}

/** `tcp 10.0.0.1:80 would keep 0 usable real servers, and guard.minDestinations is 1` */
export function describeViolation({ guard, service, value, bound }: GuardViolation): string {
  const what =
    service === undefined
      ? `${Math.round(value * 100)} % of the services spoken for would be removed`
      : `${describeService(service)} would keep ${value} usable real servers`;
  return `${what}, and guard.${guard} is ${bound}`;
}

type Row = Record<string, unknown>;

/** Every field of what is added, but for its defaults. */
function whole({ scheduler, flags, persistence, forward, weight, ...rest }: Row): string {
  if (scheduler !== undefined) {
    const said = [`scheduler ${scheduler}`];
    if ((flags as unknown[]).length > 0) said.push(`flags ${value('flags', flags)}`);
    if (persistence !== undefined) said.push(`persistence ${value('persistence', persistence)}`);
    return said.join(', ');
  }
  const said = [`${forward}`, `weight ${weight}`];
  const { upperThreshold, lowerThreshold, tunnel } = rest;
  if (tunnel !== undefined) said[0] += ` ${value('tunnel', tunnel)}`;
  if (upperThreshold !== 0) said.push(`upperThreshold ${upperThreshold}`);
  if (lowerThreshold !== 0) said.push(`lowerThreshold ${lowerThreshold}`);
  return said.join(', ');
}

function value(name: string, of: unknown): string {
  if (of === undefined) return 'none';
  switch (name) {
    case 'flags':
      return (of as string[]).join('+') || 'none';
    case 'persistence': {
      const { timeout, netmask, engine } = of as NonNullable<ServiceState['persistence']>;
      return `${timeout} s, netmask ${netmask}${engine === undefined ? '' : `, engine ${engine}`}`;
    }
    case 'tunnel': {
      const { type, port, checksum } = of as Tunnel & { port?: number; checksum?: string };
      const with_ = checksum === undefined || checksum === 'none' ? '' : ` ${checksum}`;
      return `${type}${port === undefined ? '' : ` port ${port}`}${with_}`;
    }
    default:
      return String(of);
  }
}
