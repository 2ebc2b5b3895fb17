// @ts-check
/* A program that reads the table and does nothing else. */
const { Ipvs } = require('@lvs/netlink');

Ipvs.open().then((ipvs) => ipvs.table());
