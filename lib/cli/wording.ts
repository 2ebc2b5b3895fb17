/** What lvsadm calls the verbs and fields of the API in error messages. */

import { messageIn } from '../errors/refusal';

/** By their names in the API. */
const WORDS: Readonly<Record<string, string>> = {
  open: "Can't initialize ipvs",
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
  info: '-L',
  table: '-L',
  service: '-L',
  destinations: '-L',
  connections: '-L -c',
  timeouts: '-L --timeout',
  daemons: '-L --daemon',
  'service.address': 'the service',
  'service.fwmark': '-f',
  'service.family': '-6',
  'service.port': 'the port of the service',
  'service.scheduler': '-s',
  'service.flags': '-b',
  'service.persistence': '-p',
  'service.persistence.timeout': '-p',
  'service.persistence.netmask': '-M',
  'service.persistence.engine': '--pe',
  'destination.address': '-r',
  'destination.port': 'the port of -r',
  'destination.weight': '-w',
  'destination.upperThreshold': '-x',
  'destination.lowerThreshold': '-y',
  'destination.tunnel': '--tun-type',
  'destination.tunnel.port': '--tun-port',
  'daemon.interface': '--mcast-interface',
  'daemon.syncId': '--syncid',
  'daemon.maxLength': '--sync-maxlen',
  'daemon.multicast.group': '--mcast-group',
  'daemon.multicast.port': '--mcast-port',
  'daemon.multicast.ttl': '--mcast-ttl',
  'timeouts.tcp': 'tcp',
  'timeouts.tcpFin': 'tcpfin',
  'timeouts.udp': 'udp',
};

/** `-A tcp 10.0.0.1:80: the service exists already; -E changes it (EEXIST).` */
export function inWords(error: unknown): string {
  return messageIn((name) => WORDS[name], error);
}
