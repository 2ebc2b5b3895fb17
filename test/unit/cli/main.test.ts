/** lvsadm on a backend that carries nothing out. */

import { beforeEach, expect, test } from '@jest/globals';
import type { BackendHandle } from '../../../lib/index';
import { Operation } from '../../../lib/wire/records';
import { lvsadm } from '../../lvsadm';
import { processorTime } from '../../processor-time';
import { Recorder } from '../../recorder';

let recorder: Recorder;
beforeEach(() => {
  recorder = new Recorder();
});

async function run(args: string[], stdin = '') {
  const outcome = await lvsadm(args, { backend: recorder }, stdin);
  return { ...outcome, sent: recorder.exchanges.splice(0).slice(OPENING) };
}

/** The first exchange is that of opening. */
const OPENING = 1;

/** In milliseconds. */
const DEADLINE = 20;

const { flush, addService, addDestination, zero, getTimeouts } = Operation;
const RULES = '-A -t 10.0.0.1:80\n-A -t 10.0.0.2:80 -w 1\n-q\n-a -t 10.0.0.1:80 -r 10.1.0.1 -x 1 -y 2\n-Z\n';

test('a file is one batch', async () => {
  const { sent, status } = await run(['-R'], '-C\n-A -t 10.0.0.1:80\n-a -t 10.0.0.1:80 -r 10.1.0.1\n');
  expect(status).toBe(0);
  expect(sent).toEqual([[flush, addService, addDestination]]);
});

test('bad lines are named, all of them in their order, and nothing is sent', async () => {
  const { sent, status, stderr } = await run(['-R'], RULES);
  expect({ sent, status }).toEqual({ sent: [], status: 2 });
  expect(stderr).toMatch(
    /^lvsadm: line 2: -A does not take -w\nlvsadm: line 3: -q: unknown option.*\nlvsadm: line 4: -y 2 must not exceed -x 1\n$/,
  );
});

test('what the API refuses is a bad line too, also beside lines that are no changes', async () => {
  for (const more of ['', '-L --timeout\n']) {
    const rules = `-Z\n${more}-a -t 10.0.0.1:80 -r 10.1.0.1 -x 1 -y 2\n`;
    const { sent, status, stderr, stdout } = await run(['-R'], rules);
    expect({ sent, status, stdout }).toEqual({ sent: [], status: 255, stdout: '' });
    expect(stderr).toBe(`lvsadm: line ${more === '' ? 2 : 3}: -y 2 must not exceed -x 1\n`);
  }
});

test('with --continue the good ones are sent', async () => {
  const { sent, status } = await run(['-R', '--continue'], RULES);
  expect(sent).toEqual([[addService, zero]]);
  expect(status).toBe(2);
});

test('lines that are no changes of the table are carried out in their place', async () => {
  const { sent, stdout } = await run(['-R'], '-C\n-L --timeout\n-Z\n');
  expect(sent).toEqual([[flush], [getTimeouts], [zero]]);
  expect(stdout).toBe('Timeout (tcp tcpfin udp): 0 0 0\n');
});

test('of many bad lines the first twenty are told, and how many more there are', async () => {
  recorder.refusals.set(addService, 17);
  const rules = '-A -t 10.0.0.1:80\n'.repeat(31);
  for (const [text, count] of [
    [rules, 11],
    ['-q\n'.repeat(21), 1],
    [`${rules}--bad\n`.replaceAll('-A', '-B'), 12],
  ] as const) {
    const lines = (await run(['-R'], text)).stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(21);
    expect(lines[19]).toMatch(/^lvsadm: line 20: /);
    expect(lines[20]).toBe(`lvsadm: ${count} more ${count === 1 ? 'line' : 'lines'} like these`);
  }
});

test('a bad line costs as much beside many of its kind as beside few', async () => {
  const milliseconds = async (count: number) => {
    const since = processorTime();
    await run(['-R', '--continue'], '-a -t 10.0.0.1:80 -r 10.1.0.1 -x 1 -y 2\n'.repeat(count));
    return processorTime() - since;
  };
  await milliseconds(2000);
  const few = await milliseconds(4000);
  expect(await milliseconds(32_000)).toBeLessThan(24 * few);
});

test('a long line is shortened in what is said of it', async () => {
  const long = 'x'.repeat(5_000_000);
  for (const line of [
    `-A -t ${long}`,
    `-A -t ${long}:80`,
    `-A -t 10.0.0.1:${long}`,
    `-A -u 10.0.0.1:80 -p ${long}`,
    `-A -t 10.0.0.1:80 -p 5 -M [${long}`,
    `-A -t [2001:db8::1]:80 -p 5 -M ${long}`,
    `-A -t 10.0.0.1:80 -b ${long}`,
    `-A -f ${long}`,
    `-A -t 10.0.0.1:80 ${long}`,
    `-A -t 10.0.0.1:80 --${long}`,
    `-a -t 10.0.0.1:80 -r ${long}`,
    `-a -t 10.0.0.1:80 -r 10.1.0.1 -w ${long}`,
    `-a -t 10.0.0.1:80 -r 10.1.0.1 -i --tun-type ${long}`,
    `--start-daemon ${long}`,
    `--start-daemon master --mcast-group ${long}`,
    `--set 1 2 3${long}`,
    `-${long}`,
    long,
  ]) {
    const { stderr, status } = await run(['-R'], line);
    expect(status).not.toBe(0);
    expect(stderr.length).toBeLessThan(600);
    expect(stderr).toMatch(/\(\d{7} characters\)/);
  }
}, 60_000);

test('a byte-order mark at the head of a file means nothing; elsewhere it is shown', async () => {
  expect(await run(['-R'], '\ufeff-C\n')).toMatchObject({ status: 0, sent: [[flush]] });
  expect((await run(['-R'], '-C\n\ufeff-C\n')).stderr).toMatch(/^lvsadm: line 2: \\u\{feff\}-C: /);
});

test('a kernel that takes its time is waited for', async () => {
  const handle = recorder.createHandle();
  const slow: BackendHandle = {
    ...handle,
    exchangeSync(requests, count, milliseconds) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4 * DEADLINE);
      return handle.exchangeSync(requests, count, milliseconds);
    },
  };
  const options = { backend: { createHandle: () => slow }, timeout: DEADLINE };
  expect(await lvsadm(['-L', '-n', '--json'], options)).toEqual({ status: 0, stdout: '[]\n', stderr: '' });
});

test('JSON', async () => {
  expect((await run(['-L', '--json'])).stdout).toBe('[]\n');
  expect((await run(['-L', '--timeout', '--json'])).stdout).toBe('{"tcp":0,"tcpFin":0,"udp":0}\n');
});

test('help and version need no kernel', async () => {
  const createHandle = (): never => {
    throw new Error('no kernel');
  };
  const unopened = { backend: { createHandle } };
  expect(await lvsadm(['-h'], unopened)).toMatchObject({ status: 0 });
  expect(await lvsadm(['-v'], unopened)).toMatchObject({ status: 0 });
  expect(await lvsadm(['-L'], unopened)).toMatchObject({ status: 2 });
});
