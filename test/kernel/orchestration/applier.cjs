// @ts-check
/* A process that applies the state that it is sent, and is killed meanwhile, some time after its request of some number. */
const { tracingChannel } = require('node:diagnostics_channel');
const { Ipvs } = require('@lvs/netlink');

/** @typedef {{ desired: import('@lvs/netlink').DesiredService[], request: number, delay: number }} Order */

async function prepare() {
  const ipvs = await Ipvs.open();
  await ipvs.table();
  process.once('message', async (/** @type {Order} */ { desired, request, delay }) => {
    let asked = 0;
    const start = () => {
      if (++asked === request) setTimeout(kill, delay);
    };
    tracingChannel('lvs.netlink:request').start.subscribe(start);
    await ipvs.apply(desired, { removal: { timeout: 8000 } });
    kill();
  });
  process.send?.('ready');
}

function kill() {
  process.kill(process.pid, 'SIGKILL');
}

prepare();
