/** Milliseconds of processor time that this process has taken: what others on the machine do costs none of it. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
