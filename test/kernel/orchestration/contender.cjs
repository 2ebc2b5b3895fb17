// @ts-check
/* A process that applies what it is sent, and says how that went. */
const { Ipvs } = require('@lvs/netlink');

const opened = Ipvs.open();

process.on('message', async (/** @type {any} */ desired) => {
  const ipvs = await opened;
  try {
    const { attempts, changes } = await ipvs.apply(desired, { owns: 'all', guard: false, attempts: 20 });
    process.send?.({ attempts, changes: changes.length });
  } catch (error) {
    process.send?.({ error: String(error) });
  }
});
opened.then(() => process.send?.('ready'));
