// @ts-check
/** Clients: so many requests a second, four of five over connections that are kept, and counts what became of them. No request is tried again. */
import http from 'node:http';

const { address, port, rate, timeout } = JSON.parse(/** @type {string} */ (process.argv[2]));

/** So many requests go over one kept connection before a new one is made. */
const REUSES = 100;
const KEPT = 8;

let sent = 0;
let answered = 0;
/** @type {Record<string, number>} */
const failures = {};
/** @type {Record<string, number>} */
const servers = {};
let slowest = 0;

/** @param {http.Agent | false} agent */
function request(agent) {
  sent++;
  const begun = performance.now();
  return new Promise((resolve) => {
    const fail = (/** @type {any} */ error) => {
      const name = error.code ?? String(error);
      failures[name] = (failures[name] ?? 0) + 1;
      resolve(undefined);
    };
    const asked = http.get({ host: address, port, agent, timeout }, (response) => {
      let body = '';
      response.setEncoding('latin1');
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('error', fail);
      response.on('end', () => {
        if (response.statusCode !== 200) return fail(new Error(`status ${response.statusCode}`));
        answered++;
        servers[body] = (servers[body] ?? 0) + 1;
        slowest = Math.max(slowest, performance.now() - begun);
        resolve(undefined);
      });
    });
    asked.on('timeout', () => asked.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    asked.on('error', fail);
  });
}

/** A client that keeps its connection, and makes its share of the requests one after another. @param {number} interval */
async function keep(interval) {
  for (;;) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let n = 0; n < REUSES; n++) {
      const next = performance.now() + interval;
      await request(agent);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
    }
    agent.destroy();
  }
}

for (let n = 0; n < KEPT; n++) {
  const interval = (1000 * KEPT) / (rate * 0.8);
  setTimeout(() => keep(interval), (interval * n) / KEPT);
}
setInterval(() => request(false), 1000 / (rate * 0.2));

process.on('message', () => {
  process.send?.({ sent, answered, failures: { ...failures }, servers: { ...servers }, slowest });
  slowest = 0;
});
process.on('disconnect', () => process.exit());
