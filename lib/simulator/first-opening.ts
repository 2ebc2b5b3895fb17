/**
 * The first opening in a process takes ten times as long as later ones, since V8 compiles what it runs. It belongs to loading
 * the module, where no test waits for it, and nobody is told of it by the tracing channel.
 */

import { openHandle } from '../session/opening';
import { Session } from '../session/session';
import { untraced } from '../session/tracing';
import { info } from '../verbs/info';
import { Simulator } from './simulator';

const TIMEOUT = 10_000;

export async function openFirst(): Promise<void> {
  const simulator = new Simulator();
  untraced(() => simulator.openSync().close());
  const { backend } = simulator;
  const handle = await openHandle({ backend, netns: undefined, where: '', timeout: TIMEOUT, channel: 0 });
  const session = new Session(handle, TIMEOUT);
  await untraced(() => session.ask(info('open')));
  await session.close();
}
