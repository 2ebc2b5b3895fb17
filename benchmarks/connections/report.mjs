// @ts-check

/** @typedef {import('./inside.mjs').Round} Round */

/**
 * @typedef {object} Line
 * @property {string} title
 * @property {number} value
 * @property {number} [bar] the value must not be above
 * @property {string} unit
 * @property {[number, number]} [range] the least and the largest of all rounds
 */

/** With so many, what the first ones take to compile hardly shows. */
export const MANY = 300_000;

const PROGRAMS = new Set(['cat', 'ipvsadm']);

/**
 * Other work on the machine can only lengthen what is measured: times are the least of all rounds, and so are stalls. The
 * range is of the ratios in one round each. Of memory it is the largest.
 *
 * @param {readonly Round[]} rounds
 * @param {number} connections
 * @returns {Line[]}
 */
export function summarize(rounds, connections) {
  /** @param {string} trial */
  const times = (trial) => rounds.map((round) => round[trial]?.milliseconds ?? Number.NaN);
  /** @param {string} trial */
  const least = (trial) => Math.min(...times(trial));
  // The starting of a program is not measured.
  const start = least('start');
  /** @param {string} trial */
  const work = (trial) => times(trial).map((time) => (PROGRAMS.has(trial) ? time - start : time));
  /** @param {string} trial @param {string} other @param {typeof times} of */
  const ratio = (trial, other, of = work) => {
    const others = of(other);
    const ratios = of(trial).map((time, round) => time / /** @type {number} */ (others[round]));
    return {
      value: Math.min(...of(trial)) / Math.min(...others),
      unit: '×',
      range: /** @type {[number, number]} */ ([Math.min(...ratios), Math.max(...ratios)]),
    };
  };
  const cat = 'cat /proc/net/ip_vs_conn > /dev/null';
  const ipvsadm = 'ipvsadm -L -n -c > /dev/null';
  const whole = "each with its program's start";
  return [
    { title: `countConnections(['state']) / ${cat}`, ...ratio('countByState', 'cat'), bar: 1.2 },
    { title: `countConnections([]) / ${cat}`, ...ratio('countAll', 'cat') },
    {
      title: `countConnections(['virtual', 'destination', 'state']) / ${cat}`,
      ...ratio('countByDestination', 'cat'),
    },
    {
      title: `for await (const c of connections()) / ${cat}`,
      ...ratio('stream', 'cat'),
      bar: connections < MANY ? 2.5 : 2,
    },
    { title: `the same, not for the first time in its process / ${cat}`, ...ratio('streamAgain', 'cat') },
    { title: `for (const c of connections()), synchronous / ${cat}`, ...ratio('iterate', 'cat') },
    { title: `${ipvsadm} / ${cat}`, ...ratio('ipvsadm', 'cat') },
    {
      title: `for await (const c of connections()) / ${ipvsadm}`,
      ...ratio('stream', 'ipvsadm'),
      bar: 0.1,
    },
    { title: `its floor, ${cat} / ${ipvsadm}`, ...ratio('cat', 'ipvsadm') },
    {
      title: `for await (const c of connections()) / ${ipvsadm}, ${whole}`,
      ...ratio('process', 'ipvsadm', times),
      // Of fewer, most is Node's start: the trial `list-connections` counts that in instructions.
      ...(connections >= MANY && { bar: 1.2 }),
    },
    { title: `lvsadm -L -n -c > /dev/null / ${ipvsadm}, ${whole}`, ...ratio('lvsadm', 'ipvsadm', times) },
    { title: `an empty program for Node / ${ipvsadm}, ${whole}`, ...ratio('node', 'ipvsadm', times) },
    {
      title: 'memory grown while streaming',
      value: Math.max(...rounds.map(({ memory }) => memory?.mebibytes ?? 0)),
      unit: ' MiB',
      bar: 16,
    },
    {
      title: 'longest event-loop stall while streaming',
      value: least('stall'),
      unit: ' ms',
    },
    {
      title: 'the same while idle',
      value: least('idle'),
      unit: ' ms',
    },
  ];
}

/**
 * @param {{ streaming: number, idle: number }} stalls in milliseconds
 * @returns {Line[]}
 */
export function summarizeStalls({ streaming, idle }) {
  return [
    { title: 'longest event-loop stall while streaming', value: streaming, unit: ' ms', bar: 5 },
    { title: 'the same while idle', value: idle, unit: ' ms' },
  ];
}

/** @param {readonly Line[]} lines */
export function tableOf(lines) {
  const rows = lines.map(({ title, value, unit, bar, range }) => [
    title,
    `${value.toFixed(2)}${unit}`,
    range === undefined ? '' : range.map((end) => end.toFixed(2)).join(' … '),
    bar === undefined ? '' : `≤ ${bar}${unit}`,
    bar === undefined ? '' : value <= bar ? 'met' : 'missed',
  ]);
  return [['', 'measured', 'in single rounds', 'bar', ''], ['---', '---:', '---', '---', '---'], ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}
