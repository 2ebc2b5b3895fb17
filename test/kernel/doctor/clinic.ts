import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { run } from '../../../lab/shell';
import type { Reply, RequestOptions } from '../../../lab/verbs';
import { diagnose, type Finding } from '../../../lib/doctor';
import type { Stage } from '../traffic/stage';

export const LVSADM = join(__dirname, '../../../dist/cli/lvsadm.js');

/** Runs commands as a user would type them, in a namespace if one is named. */
export function shell(commands: string, namespace?: string): Promise<string> {
  const script = `set -e\nlvsadm() { '${process.execPath}' '${LVSADM}' "$@"; }\n${commands}\n`;
  if (namespace === undefined) return run('sh', ['-s'], script);
  return run('ip', ['netns', 'exec', namespace, 'sh', '-s'], script);
}

/** The findings that say something is wrong. */
export function wrong(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity !== 'info');
}

export interface Illness {
  code: Finding['code'];
  severity?: Finding['severity'];
  /** Breaks one thing. */
  breaks(): Promise<unknown>;
  /** What a client asks. */
  asks?: Partial<RequestOptions>;
  /** What becomes of it. Default: no answer in time. */
  fails?: Reply | { server: string };
  /** What the finding's remedy names but cannot spell out as commands; otherwise its commands are run as they are. */
  follows?(remedy: string): Promise<unknown>;
  /** Puts back what the remedy leaves otherwise than it was. */
  restores?(): Promise<unknown>;
}

const PATIENCE = 700;

/** Asks, and is answered; breaks one thing, and is not; has it diagnosed; follows the remedy, and is answered. */
export async function expectDiagnosed(stage: Stage, port: number, illness: Illness): Promise<Finding> {
  const { ipvs, cluster } = stage;
  const { code, severity = 'error', breaks, fails = { error: 'ETIMEDOUT' }, asks, follows } = illness;
  const ask = (timeout: number) => cluster.client.do('get', { ...cluster.virtual(port), timeout, ...asks });
  const isAnswered = { server: expect.any(String) as unknown as string };

  expect(await ask(5000)).toMatchObject(isAnswered);
  expect(wrong(await diagnose(ipvs))).toEqual([]);

  await breaks();
  expect(await ask(PATIENCE)).toMatchObject(fails);
  const findings = await diagnose(ipvs);
  expect(wrong(findings)).toEqual([expect.objectContaining({ code, severity })]);

  const [finding] = findings as [Finding];
  await (follows === undefined ? shell(finding.remedy) : follows(finding.remedy));
  let answer = await ask(5000);
  // The client's own kernel remembers for a moment that a neighbour did not answer.
  for (const end = Date.now() + 5000; 'error' in answer && Date.now() < end; answer = await ask(5000)) {
    await setTimeout(100);
  }
  expect(answer).toMatchObject(isAnswered);
  await illness.restores?.();
  return finding;
}
