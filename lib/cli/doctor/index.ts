/** `lvsadm doctor`: the findings of lib/doctor, as text or JSON. */

import { diagnose, diagnoseRealServer, type Finding } from '../../doctor/index';
import { Ipvs, IpvsError } from '../../index';
import { describeDestination } from '../../model/destination';
import { describeService } from '../../model/service';
import { CommandLineError } from '../../rules/command-line-error';
import { helpOf, readOptions } from '../program-options';
import { Status, statusOf } from '../status';
import { expectedOf } from './arguments';

/** The words are those after `lvsadm doctor`. The status is 1 where something is wrong, 2 where nobody could look. */
export async function start(words: readonly string[]): Promise<number> {
  try {
    const given = readOptions('doctor', words);
    if (given.help) {
      process.stdout.write(helpOf('doctor'));
      return Status.done;
    }
    const expected = expectedOf(given);
    const findings = await (expected === undefined ? ofDirector() : diagnoseRealServer(expected));
    process.stdout.write(
      given.json === true ? `${JSON.stringify(findings, undefined, 2)}\n` : text(findings),
    );
    return findings.some(({ severity }) => severity !== 'info') ? Status.failed : Status.done;
  } catch (error) {
    process.stderr.write(`lvsadm doctor: ${(error as Error).message}\n`);
    if (error instanceof CommandLineError) return statusOf(error);
    // What an option says may be no address.
    if (error instanceof IpvsError || 'path' in (error as object)) return Status.wrong;
    throw error;
  }
}

async function ofDirector(): Promise<Finding[]> {
  let ipvs: Ipvs;
  try {
    ipvs = await Ipvs.open();
  } catch (error) {
    if ((error as IpvsError).code !== 'ERR_IPVS_MODULE_MISSING') throw error;
    return [
      {
        code: 'MODULE_MISSING',
        severity: 'error',
        message: 'The kernel has no IPVS, and could not load it.',
        remedy: 'modprobe ip_vs',
      },
    ];
  }
  try {
    return await diagnose(ipvs);
  } finally {
    await ipvs.close();
  }
}

function text(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'Nothing is wrong.\n';
  return findings.map(block).join('\n');
}

/** A finding as a paragraph. */
function block({ code, severity, service, destination, message, remedy }: Finding): string {
  const about = [
    ...(service === undefined ? [] : [describeService(service)]),
    ...(destination === undefined ? [] : [describeDestination(destination)]),
  ].join(' -> ');
  const head = `${severity} ${code}${about === '' ? '' : ` ${about}`}`;
  const commands = remedy.split('\n').map((line) => `    ${line}\n`);
  return `${head}\n  ${message}\n${commands.join('')}`;
}
