// @ts-check
const { sep } = require('node:path');

/** Seconds that test files take, by the end of their paths: those that take long. Rough figures are enough. */
const LONG = {
  'agent/fleet': 90,
  'agent/agent': 45,
  'lvsadm/differential': 75,
  'robustness/leaks': 70,
  'fuzz/fuzz': 60,
  'package/package': 90,
  'fuzz/sanitize': 45,
  'simulator/scheduling': 40,
  'robustness/change': 35,
  'conformance/conversation': 30,
  'robustness/event-loop': 25,
  'control/batch': 25,
  'package/cmake': 17,
  'connections/statistics': 13,
  'lvsadm/restore': 12,
  'docs/examples': 40,
  'system/site': 40,
  'errno/errno': 11,
  'types/compile': 11,
  'robustness/exit': 11,
  'agent/daemon': 20,
  'traffic/droute': 10,
  'traffic/guide': 10,
  'traffic/tunnel': 10,
  'robustness/module': 9,
  'robustness/namespaces': 9,
};
const OTHER = 5;

/** @param {string} path */
exports.seconds = (path) => {
  const name = path.split(sep).join('/');
  return Object.entries(LONG).find(([end]) => name.endsWith(`${end}.test.ts`))?.[1] ?? OTHER;
};
