/** The library's errors in the words of a command line. */

const VERBS: Record<string, string> = {
  addService: '-A',
  setService: '-E',
  deleteService: '-D',
  addDestination: '-a',
  setDestination: '-e',
  deleteDestination: '-d',
  zero: '-Z',
  flush: '-C',
  setTimeouts: '--set',
  startDaemon: '--start-daemon',
  stopDaemon: '--stop-daemon',
};

const FIELDS: Record<string, string> = {
  'service.scheduler': '-s',
  'service.persistence.engine': '--pe',
  'destination.address': '-r',
  'destination.upperThreshold': '-x',
  'destination.lowerThreshold': '-y',
  'daemon.interface': '--mcast-interface',
  'timeouts.tcp': 'tcp',
  'timeouts.tcpFin': 'tcpfin',
  'timeouts.udp': 'udp',
};

/** `-A tcp 10.0.0.1:80: the service exists already; -E changes it (EEXIST).` */
export function inWords(error: unknown): string {
  return (
    (error as Error).message
      .replace(/^commands\[\d+\]\./, '')
      .replaceAll(/\b[a-z]+(\.[a-zA-Z]+)+\b/g, (field) => FIELDS[field] ?? field)
      .replaceAll(/\b[a-z]+[A-Z][a-z]+\b/g, (verb) => VERBS[verb] ?? verb)
      // Of these, only what was asked: their names are words, too.
      .replace(/^(zero|flush)\b/, (verb) => VERBS[verb] as string)
  );
}
