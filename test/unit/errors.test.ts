import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../lib/errors/failure';
import { IpvsError } from '../../lib/errors/ipvs-error';
import { refused } from '../../lib/errors/refusal';
import { BatchError } from '../../lib/model/command';
import * as verbs from '../verbs';

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const REAL = { address: 'fd00::1', port: 8080 } as const;

describe('a refusal says what was asked, of what, and why', () => {
  test.each([
    [
      verbs.addService(WEB),
      17,
      'EEXIST',
      'addService tcp 10.0.0.1:80: the service exists already; setService changes it (EEXIST).',
    ],
    [
      verbs.deleteService({ fwmark: 7, family: 'ipv6' }),
      3,
      'ESRCH',
      'deleteService fwmark 7 (ipv6): there is no such service; addService makes it (ESRCH).',
    ],
    [
      verbs.deleteDestination(WEB, REAL),
      2,
      'ENOENT',
      'deleteDestination [fd00::1]:8080 of tcp 10.0.0.1:80: the service has no such destination (ENOENT).',
    ],
    [
      verbs.flush(),
      200,
      'Unknown system error -200',
      'flush: the kernel refused (Unknown system error -200).',
    ],
  ])('%#', (question, errno, code, message) => {
    const request = question.asked();
    const error = refused(request, errno);
    expect(error).toBeInstanceOf(IpvsError);
    expect(error).toMatchObject({
      name: 'IpvsError',
      code,
      errno: -errno,
      syscall: request.syscall,
      message,
    });
    expect(error.target).toBe(request.target);
  });

  test('EPERM names the capability', () => {
    expect(refused(verbs.info().asked(), 1).message).toContain('CAP_NET_ADMIN in the initial user namespace');
  });

  test('an unknown scheduler and engine are both named, since the kernel does not say which', () => {
    const question = verbs.addService({ ...WEB, scheduler: 'best', persistence: { engine: 'http' } });
    expect(refused(question.asked(), 2).message).toMatch(/'best'.*ip_vs_best.*'http'.*ip_vs_pe_http/);
  });

  const onLoopback = (group?: string) =>
    verbs.startDaemon({
      role: 'master',
      interface: 'lo',
      ...(group !== undefined && { multicast: { group } }),
    });

  test.each([
    [onLoopback(), 0, 'the network interface is down (daemon.interface)'],
    [onLoopback('ff02::81'), 0, 'the network interface is down (daemon.interface)'],
    [
      onLoopback(),
      1,
      'the network interface is up, but has no route to 224.0.0.81: IPv4 needs an MTU of at least 68',
    ],
    [
      onLoopback('ff02::81'),
      1,
      'the network interface is up, but has no route to ff02::81: the loopback interface',
    ],
  ])('ENETUNREACH is told by whether the interface is up, %#', (verb, isUp, why) => {
    expect(refused(verb.asked(), 101, '', isUp).message).toContain(why);
  });

  test.each([
    ['10.0.0.1', '224.0.0.5', 'the kernel takes no multicast address (destination.address) (EINVAL).'],
    ['10.0.0.1', '10.0.0.255', 'that is a broadcast address in this network namespace, or no interface'],
    ['10.0.0.1', '0.0.0.0', 'that is no address of a host ('],
    ['fd00::1', 'ff02::1', 'the kernel takes no multicast address ('],
    ['fd00::1', 'fe80::1', "the kernel takes no link-local address but the director's own ("],
    ['fd00::1', '::', 'that is no address of a host ('],
    ['fd00::1', '::ffff:10.0.0.1', 'the kernel takes no IPv4-mapped address ('],
    ['fd00::1', 'fd00::2', 'the kernel takes unicast addresses only ('],
    [
      '10.0.0.1',
      'fd00::2',
      'it is of another family than its service, which the kernel takes only while no sync daemon',
    ],
  ])('EINVAL of a destination of %s is told by its address %s', (address, real, why) => {
    const verb = verbs.addDestination({ ...WEB, address }, { address: real, port: 80, forward: 'tunnel' });
    expect(refused(verb.asked(), 22).message.split(': ').slice(1).join(': ')).toContain(why);
  });

  test("the kernel's own words are passed on", () => {
    expect(refused(verbs.flush().asked(), 22, 'Attribute failed policy validation').message).toBe(
      'flush: the kernel refused (EINVAL). The kernel says: Attribute failed policy validation.',
    );
  });

  test.each([
    [Failure.protocol, 'ERR_IPVS_PROTOCOL'],
    [Failure.timeout, 'ERR_IPVS_TIMEOUT'],
    [Failure.moduleMissing, 'ERR_IPVS_MODULE_MISSING'],
  ])("the library's own failure %s is %s, without an errno", (failure, code) => {
    const error = refused(verbs.services().asked(), failure);
    expect(error).toMatchObject({ code, syscall: 'services' });
    expect('errno' in error).toBe(false);
  });
});

test('a BatchError holds an error per refused command', () => {
  const command = { op: 'addService', service: WEB } as const;
  const error = refused(verbs.addService(WEB).asked(), 17);
  const batch = new BatchError({ applied: 2, failures: [{ index: 1, command, error }] });
  expect(batch).toBeInstanceOf(AggregateError);
  expect(batch.errors).toEqual([error]);
  expect(batch.message).toBe(`batch: 1 of 3 commands refused; the first is commands[1]: ${error.message}`);
});
