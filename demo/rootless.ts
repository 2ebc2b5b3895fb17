import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { note } from './transcript';

/** Nobody in particular. */
const USER = '65534';

/**
 * Plays a scenario of this program as an ordinary user, who is root of a user namespace and owns a network namespace, as in
 * a rootless container. Names of network namespaces are kept in /run, which is the user's own there.
 */
export async function playAsOrdinaryUser(scenario: string): Promise<void> {
  note(
    'As an ordinary user, in a user and network namespace of its own, where netlink is shut: by the socket options.',
  );
  const user = ['setpriv', '--reuid', USER, '--regid', USER, '--clear-groups'];
  const namespaces = ['unshare', '--user', '--map-root-user', '--net', '--mount'];
  const play = [
    'sh',
    '-c',
    'mount -t tmpfs tmpfs /run && exec "$@"',
    'sh',
    process.execPath,
    join(__dirname, 'main.js'),
    scenario,
  ];
  const [command = '', ...args] = [...user, ...namespaces, ...play];
  const child = spawn(command, args, { stdio: 'inherit' });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0)
    throw new Error(`the scenario ${scenario}, played by an ordinary user, ended with status ${status}`);
}
