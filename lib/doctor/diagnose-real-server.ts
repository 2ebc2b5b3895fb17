import { checkSignal } from '../errors/abort';
import { checkInteger, checkObject, conflict } from '../errors/argument';
import { Fields } from '../errors/fields';
import { HOST } from '../hidden';
import { Ipvs } from '../index';
import { checkAddressText, invalidAddress, isIP } from '../model/address-text';
import { FORWARDING_METHODS } from '../model/destination';
import type { OpenOptions } from '../model/options';
import { checkProtocol } from '../model/protocol';
import { abortable } from './abortable';
import type { DiagnoseOptions } from './diagnose';
import { type Finding, sorted } from './finding';
import { checkAddresses } from './real-server/addresses';
import { type ExpectedService, gather } from './real-server/facts';
import { checkRoutes } from './real-server/routes';
import { checkService } from './real-server/service';
import { checkTunnel } from './real-server/tunnel';
import { notInspected } from './unseen';

/** How `diagnoseRealServer` looks. */
export interface DiagnoseRealServerOptions extends DiagnoseOptions {
  /** The real server's network namespace, where it is another: that of a container, say. Default: the process's own. */
  netns?: OpenOptions['netns'];
}

const OPTIONS = new Fields(['signal', 'netns']);
const EXPECTED_FIELDS = new Fields(['service', 'forward', 'director', 'port', 'tunnel']);

/**
 * Looks at a real server, on that machine: its way back to the clients, its virtual address, ARP, tunnel device, listener
 * and rules. Changes nothing, and needs no IPVS there. Findings as of `diagnose`. Rejects with `IpvsError` where the addon
 * is missing, or the namespace cannot be entered.
 */
export async function diagnoseRealServer(
  expected: ExpectedService,
  options: DiagnoseRealServerOptions = {},
): Promise<Finding[]> {
  checkExpected(expected);
  checkObject('options', options);
  OPTIONS.check('options', options);
  const signal = checkSignal('options.signal', options.signal);
  const host = Ipvs[HOST](options.netns);
  const facts = await abortable(signal, () => gather(expected, host, signal));
  const checks = [checkAddresses, checkTunnel, checkRoutes, checkService];
  return sorted([...checks.flatMap((check) => check(facts)), ...notInspected(facts.unseen)]);
}

function checkExpected(expected: ExpectedService): void {
  checkObject('expected', expected);
  EXPECTED_FIELDS.check('expected', expected);
  const { service, forward, director, port } = expected;
  checkObject('expected.service', service, 'an object with protocol, address and port');
  checkProtocol('expected.service.protocol', service.protocol);
  const address = checkIP('expected.service.address', service.address);
  const servicePort = checkInteger('expected.service.port', service.port, 0, 65535);
  FORWARDING_METHODS.check('expected.forward', forward);
  if (director !== undefined) checkIP('expected.director', director);
  if (port === undefined) return;
  checkInteger('expected.port', port, 0, 65535);
  if (forward !== 'masq' && port !== servicePort) {
    throw conflict(
      'expected.port',
      ` ${port} is not the service's ${servicePort}: only forward 'masq' maps ports, for ${address}`,
    );
  }
}

function checkIP(path: string, value: unknown): string {
  const text = checkAddressText(path, value);
  if (isIP(text) === 0) throw invalidAddress(path, text);
  return text;
}
