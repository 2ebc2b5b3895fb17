// @ts-check

/** What a caller of the library holds. @param {import('../trials/work.mjs').Step} step */
export function asCommand(step) {
  /** @type {Record<string, unknown>} */
  const command = { op: step.op };
  if ('service' in step) {
    command.service =
      step.op === 'addService'
        ? { protocol: 'tcp', ...step.service, scheduler: 'rr' }
        : { protocol: 'tcp', ...step.service };
  }
  if ('weight' in step) command.destination = { ...step.destination, forward: 'masq', weight: step.weight };
  else if ('destination' in step) command.destination = step.destination;
  return command;
}
