// @ts-check
/* Before the tests of this folder: they change the network and the IPVS of wherever they run. */

module.exports = () => {
  const { LVS_GUEST, LVS_COMPILE_ONLY } = process.env;
  if (LVS_GUEST || LVS_COMPILE_ONLY) return;
  throw new Error(
    'the tests of test/kernel change the network and the IPVS of the machine: run them with npm test, or npm run guest -- <command>',
  );
};
