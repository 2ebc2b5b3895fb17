// @ts-check

const verbs = {
  addService: '-A',
  deleteService: '-D',
  addDestination: '-a',
  setDestination: '-e',
  deleteDestination: '-d',
  destinations: '-Ln',
  table: '-Ln',
  save: '-Sn',
  connections: '-Lnc',
};

/** The words of ipvsadm's command line. @param {import('../trials/work.mjs').Step} step */
export function words(step) {
  const list = [verbs[step.op]];
  if ('service' in step) list.push('-t', `${step.service.address}:${step.service.port}`);
  if (step.op === 'addService') list.push('-s', 'rr');
  if ('destination' in step) list.push('-r', `${step.destination.address}:${step.destination.port}`);
  if ('weight' in step) list.push('-m', '-w', `${step.weight}`);
  return list;
}

/** A file of rules, for `-R`. @param {string[][]} commands */
export function ruleFile(commands) {
  return commands.map((each) => `${each.join(' ')}\n`).join('');
}
