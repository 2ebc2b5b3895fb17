/** The two formats that Prometheus reads, and which of them a request asks for. */

import type { Family } from './family';

export interface Format {
  contentType: string;
  /** What follows the last metric. */
  end: string;
  /** What a metric is called in its heading. */
  heading(family: Family, name: string): string;
}

export const PROMETHEUS: Format = {
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  end: '',
  heading: (_, name) => name,
};

export const OPEN_METRICS: Format = {
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  end: '# EOF\n',
  // A counter's samples are called `_total`, and the counter is not.
  heading: ({ type }, name) => (type === 'counter' ? name.replace(/_total$/, '') : name),
};

const OPEN_METRICS_TYPE = 'application/openmetrics-text';

/** The format that an `Accept` header prefers; Prometheus' own where it says nothing of OpenMetrics. */
export function formatFor(accept: string): Format {
  const qualities = new Map<string, number>();
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const value = quality === undefined ? 1 : Number(quality.slice(2)) || 0;
    qualities.set(type, Math.max(value, qualities.get(type) ?? 0));
  }
  const open = qualities.get(OPEN_METRICS_TYPE) ?? 0;
  const plain = qualities.get('text/plain') ?? 0;
  return open > 0 && open >= plain ? OPEN_METRICS : PROMETHEUS;
}

/** What stands before a metric's samples. */
export function headingOf(family: Family, name: string, format: Format): string {
  const shown = format.heading(family, name);
  return `# HELP ${shown} ${family.help}\n# TYPE ${shown} ${family.type}\n`;
}
