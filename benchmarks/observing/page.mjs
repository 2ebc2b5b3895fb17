// @ts-check

/**
 * @typedef {{ cost: number, stalls: number[] }} Cost in millions of instructions, and in milliseconds
 * @typedef {{ scrapes: number, resident: number, used: number }} Held in MiB
 * @typedef {object} Figures
 * @property {{ user: number, system: number, core: number }} [top]
 * @property {Record<'table' | 'records' | 'first' | 'unchanged' | 'changed' | 'gauges', Cost>} [scrape]
 * @property {{ idle: number[], watched: number[] }} [watch] in milliseconds
 * @property {Held[]} [memory]
 * @property {{ asked: number, request: number }} [tracing]
 */

/** @param {Figures} figures */
export function pageOf({ top, scrape, watch, memory, tracing }) {
  const rows = [
    ...(top ? topRows(top) : []),
    ...(scrape ? scrapeRows(scrape) : []),
    ...(watch ? watchRows(watch) : []),
    ...(memory ? memoryRows(memory) : []),
    ...(tracing ? tracingRows(tracing) : []),
  ];
  return `# What watching a director costs

Node ${process.version}, Linux 6.1 on an emulated processor, whose clock advances a nanosecond with each instruction. Made by
\`npm run bench:observing\`.

| what | counted | bound | |
|---|--:|--:|---|
${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}

- A scrape cannot cost less than the table takes to be read as records, the kernel's part of that included: no object is made
  of it, and what comes on top, most of it, is the text, nine lines for each real server. *Unchanged*: its rows are those of the scrape
  before; *first*: of a new \`IpvsMetrics\`; *changed*: a service has come or gone, so that every row stands elsewhere;
  *gauges*: without counters, its rows those of the scrape before.
- A delay is the longest time that a timer of a millisecond was late, where an instruction takes a nanosecond, and one processor
  runs all of V8's threads. What is left of it is V8's collection of garbage, a full one above all. Of \`table()\` itself that
  is most of what it costs here, and differs from program to program: 167 to 408 million were counted of the same code.
- Every two seconds the kernel counts the rates of all destinations in one go, which here takes it 6.5 ms, whoever else waits.
- Memory is measured in a guest on this machine's processor. The process reaches its size in the first thousands of scrapes.
- How many instructions a core carries out: a work of JavaScript alone, counted there and timed on the machine that emulates.
`;
}

const share = (/** @type {number} */ part, /** @type {number} */ whole) =>
  `${((100 * part) / whole).toFixed(1)} %`;
const list = (/** @type {number[]} */ values) => values.map((value) => value.toFixed(1)).join(', ');
const met = (/** @type {boolean} */ is) => (is ? 'met' : '**not met**');

/** @param {NonNullable<Figures['top']>} top */
function topRows({ user, system, core }) {
  const total = user + system;
  return [
    [
      '`lvsadm top`, 5,000 services with two servers each: a refresh, in millions of instructions',
      `${total} (${system} of them the kernel's)`,
      '',
      '',
    ],
    [
      `… of a core of this machine, which carries out ${core.toFixed(0)} million a second, at one refresh a second`,
      share(total, core),
      '10 %',
      met(total < core / 10),
    ],
  ];
}

/** @param {NonNullable<Figures['scrape']>} scrape */
function scrapeRows({ table, records, ...scrapes }) {
  const ratio = (/** @type {Cost} */ { cost }) => (cost / table.cost).toFixed(2);
  return [
    [
      'reading 52,500 rows as records : `table()`, in instructions',
      `${ratio(records)} (${records.cost.toFixed(0)} : ${table.cost.toFixed(0)} million)`,
      '',
      '',
    ],
    ...['first', 'unchanged', 'changed', 'gauges'].map((name) => {
      const scrape = /** @type {Cost} */ (/** @type {any} */ (scrapes)[name]);
      return [
        `a scrape of them, ${name} : \`table()\``,
        ratio(scrape),
        '0.6',
        met(scrape.cost <= 0.6 * table.cost),
      ];
    }),
    ['the longest delay of the event loop in `table()`, three times, in ms', list(table.stalls), '', ''],
    ...['first', 'unchanged', 'changed', 'gauges'].map((name) => {
      const { stalls } = /** @type {Cost} */ (/** @type {any} */ (scrapes)[name]);
      return [`… in a scrape, ${name}`, list(stalls), '5', met(Math.max(...stalls) < 5)];
    }),
  ];
}

/** @param {NonNullable<Figures['watch']>} watch */
function watchRows({ idle, watched }) {
  const beyond = Math.max(...watched) - Math.min(...idle);
  return [
    ["… in five seconds with nothing but a change each, five times: the kernel's own", list(idle), '', ''],
    ['… of watching 52,500 rows at 1 s', list(watched), '', ''],
    ["… beyond the kernel's own", beyond.toFixed(1), '5', met(beyond < 5)],
  ];
}

/** @param {NonNullable<Figures['memory']>} held */
function memoryRows(held) {
  const counts = held.map(({ scrapes }) => scrapes.toLocaleString('en')).join(', ');
  const row = (/** @type {string} */ what, /** @type {'resident' | 'used'} */ kind) => {
    const values = held.map((each) => each[kind]);
    const [, second = 0] = values;
    const grows = (values.at(-1) ?? 0) > 1.03 * second;
    return [what, values.map((value) => value.toFixed(1)).join(' → '), 'no growth', met(!grows)];
  };
  return [
    row(`memory in use after ${counts} scrapes of 525 rows, in MiB`, 'used'),
    row('… memory of the process', 'resident'),
  ];
}

/** @param {NonNullable<Figures['tracing']>} tracing */
function tracingRows({ asked, request }) {
  return [
    [
      'tracing without a listener: instructions of a request that ask for one',
      `${asked.toFixed(0)} of ${request.toFixed(0)}`,
      '',
      '',
    ],
    ['… of the cheapest request', share(asked, request), '1 %', met(asked < request / 100)],
  ];
}
