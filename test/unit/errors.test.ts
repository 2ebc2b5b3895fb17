import { describe, expect, test } from '@jest/globals';
import { BatchError, IpvsError, refused } from '../../lib/errors/ipvs-error';
import * as commands from '../../lib/verbs/commands';
import { Failure } from '../../lib/wire/records';

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const REAL = { address: 'fd00::1', port: 8080 } as const;

describe('a refusal says what was asked, of what, and why', () => {
  test.each([
    [
      commands.addService(WEB),
      17,
      'EEXIST',
      'addService tcp 10.0.0.1:80: the service exists already; setService changes it (EEXIST).',
    ],
    [
      commands.deleteService({ fwmark: 7, family: 'ipv6' }),
      3,
      'ESRCH',
      'deleteService fwmark 7 (ipv6): there is no such service; addService makes it (ESRCH).',
    ],
    [
      commands.deleteDestination(WEB, REAL),
      2,
      'ENOENT',
      'deleteDestination [fd00::1]:8080 of tcp 10.0.0.1:80: the service has no such destination (ENOENT).',
    ],
    [
      commands.flush(),
      200,
      'Unknown system error -200',
      'flush: the kernel refused (Unknown system error -200).',
    ],
  ])('%#', (question, errno, code, message) => {
    const request = question.about();
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
    expect(refused(commands.info().about(), 1).message).toContain(
      'CAP_NET_ADMIN in the initial user namespace',
    );
  });

  test('an unknown scheduler and engine are both named, since the kernel does not say which', () => {
    const question = commands.addService({ ...WEB, scheduler: 'best', persistence: { engine: 'http' } });
    expect(refused(question.about(), 2).message).toMatch(/'best'.*ip_vs_best.*'http'.*ip_vs_pe_http/);
  });

  test("the kernel's own words are passed on", () => {
    expect(refused(commands.flush().about(), 22, 'Attribute failed policy validation').message).toBe(
      'flush: the kernel refused (EINVAL). The kernel says: Attribute failed policy validation.',
    );
  });

  test.each([
    [Failure.protocol, 'ERR_IPVS_PROTOCOL'],
    [Failure.timeout, 'ERR_IPVS_TIMEOUT'],
    [Failure.moduleMissing, 'ERR_IPVS_MODULE_MISSING'],
  ])("the library's own failure %s is %s, without an errno", (failure, code) => {
    const error = refused(commands.services().about(), failure);
    expect(error).toMatchObject({ code, syscall: 'services' });
    expect('errno' in error).toBe(false);
  });
});

test('a BatchError holds an error per refused command', () => {
  const command = { op: 'addService', service: WEB } as const;
  const error = refused(commands.addService(WEB).about(), 17);
  const batch = new BatchError({ applied: 2, failures: [{ index: 1, command, error }] });
  expect(batch).toBeInstanceOf(AggregateError);
  expect(batch.errors).toEqual([error]);
  expect(batch.message).toBe(`batch: 1 of 3 commands refused; the first is commands[1]: ${error.message}`);
});
