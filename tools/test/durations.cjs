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

/** Those that take the module out of the kernel. */
const UNLOADING = ['doctor/module', 'orchestration/watch', 'robustness/module'];

/** @param {string} path */
const isOneOf = (path) => (/** @type {string} */ end) => path.split(sep).join('/').endsWith(`${end}.test.ts`);

/** @param {string} path */
exports.seconds = (path) => {
  const isNamed = isOneOf(path);
  return Object.entries(LONG).find(([end]) => isNamed(end))?.[1] ?? OTHER;
};

/** @param {string} path */
exports.unloads = (path) => UNLOADING.some(isOneOf(path));
