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

/**
 * Ratios of times are of one round each; what stands here is their median. Of stalls it is the least, since other work
 * on the machine can only lengthen them, and of memory the largest.
 *
 * @param {readonly Round[]} rounds
 * @returns {Line[]}
 */
export function summarize(rounds) {
  /** @param {string} trial @param {string} other */
  const ratio = (trial, other) => {
    const ratios = rounds.map((round) => time(round, trial) / time(round, other)).sort((a, b) => a - b);
    return {
      value: median(ratios),
      unit: '×',
      range: /** @type {[number, number]} */ ([ratios[0], ratios.at(-1)]),
    };
  };
  const cat = 'cat /proc/net/ip_vs_conn > /dev/null';
  return [
    { title: `countConnections(['state']) / ${cat}`, ...ratio('countByState', 'cat'), bar: 1.2 },
    { title: `countConnections([]) / ${cat}`, ...ratio('countAll', 'cat') },
    {
      title: `countConnections(['virtual', 'destination', 'state']) / ${cat}`,
      ...ratio('countByDestination', 'cat'),
    },
    { title: `for await (const c of connections()) / ${cat}`, ...ratio('stream', 'cat'), bar: 2.5 },
    { title: `for (const c of connections()), synchronous / ${cat}`, ...ratio('iterate', 'cat') },
    { title: `ipvsadm -L -n -c > /dev/null / ${cat}`, ...ratio('ipvsadm', 'cat') },
    {
      title: 'for await (const c of connections()) / ipvsadm -L -n -c > /dev/null',
      ...ratio('stream', 'ipvsadm'),
      bar: 0.1,
    },
    {
      title: 'memory grown while streaming',
      value: Math.max(...rounds.map(({ memory }) => memory?.mebibytes ?? 0)),
      unit: ' MiB',
      bar: 16,
    },
    {
      title: 'longest event-loop stall while streaming',
      value: Math.min(...rounds.map((round) => time(round, 'stall'))),
      unit: ' ms',
      bar: 5,
    },
    {
      title: 'the same while idle',
      value: Math.min(...rounds.map((round) => time(round, 'idle'))),
      unit: ' ms',
    },
  ];
}

/** @param {Round} round @param {string} trial */
function time(round, trial) {
  return round[trial]?.milliseconds ?? Number.NaN;
}

/** @param {readonly number[]} sorted */
function median(sorted) {
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
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
  return [['', 'measured', 'least … most', 'bar', ''], ['---', '---:', '---', '---', '---'], ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}
