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

/** The longest delay of the event loop that is allowed, in milliseconds. */
const DELAY = 5;

/** @param {Figures} figures */
export function pageOf({ top, scrape, watch, memory, tracing }) {
  const rows = [
    ...(top ? topRows(top) : []),
    ...(scrape ? scrapeRows(scrape, delayBound(top)) : []),
    ...(watch ? watchRows(watch, delayBound(top)) : []),
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
- A delay is how long a timer of a millisecond was late at most, in instructions: on the emulated processor one takes a
  nanosecond, and all of V8's threads share it. The bound is what a core of this machine carries out in 5 ms. What is left is V8's
  collection of garbage, a full one above all, and the kernel, which counts the rates of all destinations in one go every two
  seconds: 6.5 million, whoever else waits. A collection waits for memory, too, which no count shows; and in a guest whose
  kernel is a process (User Mode Linux) page faults and system calls take many times as long: there, in real time, the middle of
  the longest delays in ten seconds was 4.7 ms doing nothing, 12 watching, 17 scraping once a second, and 50 with \`table()\`.
- What \`table()\` costs here is mostly collection of garbage, too, and differs from program to program: 167 to 408 million were
  counted of the same code, and longest delays of 17 to 21 or of 86 to 98 million, where V8 collects all of it each time.
- Memory is measured in a guest on this machine's processor. The process reaches its size in the first thousands of scrapes.
- How many instructions a core carries out: a work of JavaScript alone, counted there and timed on the machine that emulates.
`;
}

const share = (/** @type {number} */ part, /** @type {number} */ whole) =>
  `${((100 * part) / whole).toFixed(1)} %`;
const list = (/** @type {number[]} */ values) => values.map((value) => value.toFixed(1)).join(', ');
const met = (/** @type {boolean} */ is) => (is ? 'met' : '**not met**');

/** What a core of this machine carries out in the longest delay that is allowed, in millions. @param {Figures['top']} top */
const delayBound = (top) => top && (DELAY * top.core) / 1000;

/** @param {number[]} stalls @param {number | undefined} bound */
const delays = (stalls, bound) =>
  bound === undefined
    ? [list(stalls), '', '']
    : [list(stalls), `${bound.toFixed(0)} (${DELAY} ms)`, met(Math.max(...stalls) < bound)];

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

/** @param {NonNullable<Figures['scrape']>} scrape @param {number | undefined} bound of a delay */
function scrapeRows({ table, records, ...scrapes }, bound) {
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
    [
      'the longest delay of the event loop in `table()`, three times, in millions of instructions',
      ...delays(table.stalls, bound),
    ],
    ...['first', 'unchanged', 'changed', 'gauges'].map((name) => {
      const { stalls } = /** @type {Cost} */ (/** @type {any} */ (scrapes)[name]);
      return [`… in a scrape, ${name}`, ...delays(stalls, bound)];
    }),
  ];
}

/** @param {NonNullable<Figures['watch']>} watch @param {number | undefined} bound of a delay */
function watchRows({ idle, watched }, bound) {
  return [
    ['… in five seconds with nothing but a change each, five times', list(idle), '', ''],
    ['… in five seconds of watching 52,500 rows at 1 s', ...delays(watched, bound)],
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
