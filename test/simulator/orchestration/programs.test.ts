/** `lvsadm drain` and `lvsadm watch` on a simulated director and fake time. */

import { expect, jest, test } from '@jest/globals';
import { drain } from '../../../lib/cli/drain/index';
import type { ProgramIo } from '../../../lib/cli/program-io';
import { watch } from '../../../lib/cli/watch/index';
import { connectTo, ONE, onFakeTime, outcome, pass, type Scene, twoServers, WEB } from './director';

onFakeTime();

const SERVER = ['-t', '192.0.2.1:80', '-r', '10.0.0.1:8080'];

/** A program under way, what it has printed, and how to end it. */
function run(program: typeof drain, scene: Scene, ...words: string[]) {
  const printed = { stdout: '', stderr: '' };
  const end = new AbortController();
  const io: ProgramIo = {
    stdout: (text) => {
      printed.stdout += text;
    },
    stderr: (text) => {
      printed.stderr += text;
    },
    open: () => scene.simulator.open(),
    signal: end.signal,
  };
  return { printed, end, status: outcome(program(words, io)) };
}

test('drain tells its looks and its end', async () => {
  const scene = await twoServers();
  const connection = connectTo(scene, ONE);
  const { printed, status } = run(drain, scene, ...SERVER);
  await pass(scene, 2500);
  connection.close('reset');
  await pass(scene, 15_000);
  expect(status.value).toBe(0);
  expect(printed).toEqual({
    stdout:
      '0.0 s: 1 active, 0 inactive connections\n3.0 s: 0 active, 1 inactive connections\n' +
      '13.0 s: 0 active, 0 inactive connections\n' +
      'drained: 10.0.0.1:8080 of tcp 192.0.2.1:80, removed after 14.0 s\n',
    stderr: '',
  });
});

test('drain takes the options of its verb, and prints JSON', async () => {
  const scene = await twoServers();
  connectTo(scene, ONE);
  const { printed, status } = run(
    drain,
    scene,
    ...SERVER,
    '--timeout=1.5',
    '--on-timeout',
    'restore',
    '--interval',
    '0.5',
    '--json',
  );
  await pass(scene, 1600);
  expect(status.value).toBe(1);
  expect(JSON.parse(printed.stdout)).toMatchObject({ outcome: 'timeout', left: 1, elapsed: 1500 });
  expect(await scene.ipvs.destinations(WEB)).toContainEqual(expect.objectContaining({ ...ONE, weight: 5 }));
});

test('drain tells its warnings', async () => {
  const scene = await twoServers();
  await scene.ipvs.patchDestination(WEB, ONE, { forward: 'droute' });
  const { printed, status } = run(drain, scene, ...SERVER, '--no-remove');
  await pass(scene, 1100);
  expect(status.value).toBe(0);
  expect(printed.stderr).toMatch(
    /^lvsadm drain: warning: .*goes to 10\.0\.0\.1:8080 again.*To avoid it, set net/,
  );
  expect(printed.stdout).toMatch(/not removed after 1\.0 s\n$/);
});

test('a signal ends drain, and the weight is given back', async () => {
  const scene = await twoServers();
  connectTo(scene, ONE);
  const { printed, status, end } = run(drain, scene, ...SERVER);
  await pass(scene, 1100);
  end.abort('SIGINT');
  await jest.advanceTimersByTimeAsync(0);
  expect(status.value).toBe(1);
  expect(printed.stderr).toBe('lvsadm drain: SIGINT: it has its weight again\n');
  expect(await scene.ipvs.destinations(WEB)).toContainEqual(expect.objectContaining({ ...ONE, weight: 5 }));
});

test.each<[typeof drain, string[], number, RegExp]>([
  [drain, [], 2, /^lvsadm drain: -d needs -t, -u/],
  [drain, ['-t', '192.0.2.1:80'], 2, /^lvsadm drain: -d needs -r/],
  [drain, [...SERVER, '--timeout', 'x'], 2, /^lvsadm drain: --timeout x: must be seconds from 0 to/],
  [drain, [...SERVER, '--interval', '0'], 2, /^lvsadm drain: --interval 0: must be seconds from 0.001 to/],
  [drain, [...SERVER, '--on-timeout', 'x'], 2, /must be delete, keep or restore/],
  [drain, [...SERVER, '--bad'], 255, /^lvsadm drain: Unknown option '--bad'/],
  [drain, ['-t', '192.0.2.1:81', '-r', '10.0.0.1'], 255, /there is no such service/],
  [drain, ['-t', '192.0.2.1:80', '-r', '10.0.0.9'], 255, /the service has no such destination/],
  [watch, ['--interval', '-1'], 255, /^lvsadm watch: /],
  [watch, ['--interval', 'x'], 2, /must be seconds/],
])('%p %p is refused', async (program, words, exit, message) => {
  const scene = await twoServers();
  const { printed, status } = run(program, scene, ...words);
  await jest.advanceTimersByTimeAsync(10);
  expect(printed.stderr).toMatch(message);
  expect({ status: status.value, stdout: printed.stdout }).toEqual({ status: exit, stdout: '' });
});

test('watch prints a line for each change, until a signal', async () => {
  const scene = await twoServers();
  const { printed, status, end } = run(watch, scene);
  await pass(scene, 100);
  await scene.ipvs.patchDestination(WEB, ONE, { weight: 7 });
  await scene.ipvs.patchService(WEB, { scheduler: 'sh', flags: ['sh-port'] });
  await pass(scene, 1000);
  await scene.ipvs.deleteDestination(WEB, ONE);
  await pass(scene, 1000);
  end.abort('SIGTERM');
  await jest.advanceTimersByTimeAsync(0);
  expect(status.value).toBe(0);
  expect(printed).toEqual({
    stdout:
      '+ tcp 192.0.2.1:80: scheduler rr\n' +
      '+ 10.0.0.2:8080 of tcp 192.0.2.1:80: masq, weight 5\n' +
      '+ 10.0.0.1:8080 of tcp 192.0.2.1:80: masq, weight 5\n' +
      '~ tcp 192.0.2.1:80: scheduler rr → sh, flags none → sh-port\n' +
      '~ 10.0.0.1:8080 of tcp 192.0.2.1:80: weight 5 → 7\n' +
      '- 10.0.0.1:8080 of tcp 192.0.2.1:80\n',
    stderr: '',
  });
});

test('watch prints JSON, an event in each line', async () => {
  const scene = await twoServers();
  const { printed, end } = run(watch, scene, '--json', '--no-initial', '--interval=0.1');
  await pass(scene, 200);
  await scene.ipvs.patchDestination(WEB, ONE, { weight: 7 });
  await pass(scene, 200);
  end.abort();
  await jest.advanceTimersByTimeAsync(0);
  expect(
    printed.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([{ type: 'destinationChanged', fields: ['weight'], before: { weight: 5 } }]);
});
