/** The options of `IpvsMetrics`, checked. */

import { checkObject, checkString, conflict, invalidType, invalidValue } from '../errors/argument';
import { Fields } from '../errors/fields';
import { labelText } from './labels';
import { NODE_EXPORTER } from './node-exporter';

/** What is told, and how. */
export interface IpvsMetricsOptions {
  /** What the names begin with. Default `ipvs`; `node_ipvs` gives the names and labels of node_exporter's collector. */
  prefix?: string | undefined;
  /** Labels that every sample gets, such as `{ region: 'eu' }`. */
  labels?: Record<string, string> | undefined;
  /** Default true. `false`: nothing for each real server, only for each service. */
  destinations?: boolean | undefined;
  /**
   * Default true. `false`: no counters of services and real servers, for less than half the cost. The director's own
   * counters stay.
   */
  counters?: boolean | undefined;
  /** Default false. `true`: the connection table's entries by protocol and state, for which it is read to its end. */
  connections?: boolean | undefined;
  /** Default false: Prometheus' text format 0.0.4. `true`: OpenMetrics 1.0. */
  openMetrics?: boolean | undefined;
}

/** The options as they are used. */
export interface Chosen {
  prefix: string;
  /** The labels of every sample as text, without braces. */
  constant: string;
  destinations: boolean;
  counters: boolean;
  connections: boolean;
  openMetrics: boolean;
}

const FIELDS = new Fields(['prefix', 'labels', 'destinations', 'counters', 'connections', 'openMetrics']);

/** What names a metric, and a label: a label's has no colon, and two underscores are Prometheus' own. */
const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Labels that samples have of their own. */
const OWN = new Set([
  ...['service', 'destination', 'protocol', 'address', 'port', 'fwmark', 'family', 'scheduler', 'state'],
  ...[
    'code',
    'version',
    'local_address',
    'local_port',
    'local_mark',
    'proto',
    'remote_address',
    'remote_port',
  ],
]);

export function checkOptions(options: IpvsMetricsOptions): Chosen {
  checkObject('options', options);
  FIELDS.check('options', options);
  const prefix = checkString('options.prefix', options.prefix ?? 'ipvs');
  if (!METRIC_NAME.test(prefix)) {
    throw invalidValue('options.prefix', 'what a metric name may begin with: letters, digits and _', prefix);
  }
  const chosen = {
    prefix,
    constant: checkLabels(options.labels ?? {}),
    destinations: flag('destinations', options.destinations, true),
    // node_exporter's collector has no counters of services or real servers.
    counters: flag('counters', options.counters, true) && prefix !== NODE_EXPORTER,
    connections: flag('connections', options.connections, false),
    openMetrics: flag('openMetrics', options.openMetrics, false),
  };
  if (chosen.connections && prefix === NODE_EXPORTER) {
    throw conflict(
      'options.connections',
      ` has no counterpart in node_exporter, so prefix cannot be '${prefix}'`,
    );
  }
  return chosen;
}

function flag(name: string, value: unknown, byDefault: boolean): boolean {
  if (value === undefined) return byDefault;
  if (typeof value !== 'boolean') throw invalidType(`options.${name}`, 'a boolean', value);
  return value;
}

function checkLabels(labels: Record<string, string>): string {
  checkObject('options.labels', labels, 'an object of names and texts');
  for (const [name, value] of Object.entries(labels)) {
    const path = `options.labels.${name}`;
    if (!LABEL_NAME.test(name)) throw conflict(path, ' is no label: it may have letters, digits and _ only');
    if (OWN.has(name)) throw conflict(path, ' is a label that samples have of their own');
    checkString(path, value);
  }
  return labelText(labels);
}
