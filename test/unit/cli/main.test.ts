import { expect, test } from '@jest/globals';
import { main } from '../../../lib/cli/main';
import type { IpvsSync } from '../../../lib/index';
import type { BatchResult, Command } from '../../../lib/model/command';
import { finish } from '../../../lib/session/pacing';
import { Batch } from '../../../lib/verbs/batch';

/** A kernel that takes everything but what is already there, and remembers it. */
function run(args: string[], stdin = '') {
  const sent: Command[][] = [];
  const output = { stdout: '', stderr: '' };
  const ipvs = {
    batch(commands: Command[]): BatchResult {
      finish(new Batch(commands).slices());
      sent.push(commands);
      return { applied: commands.length, failures: [] };
    },
    table: () => [],
    timeouts: () => ({ tcp: 900, tcpFin: 120, udp: 300 }),
    close() {},
  };
  const status = main(args, {
    stdin: () => stdin,
    stdout: (text) => {
      output.stdout += text;
    },
    stderr: (text) => {
      output.stderr += text;
    },
    open: () => ipvs as unknown as IpvsSync,
  });
  return status.then((status) => ({ status, sent, ...output }));
}

const RULES = '-A -t 10.0.0.1:80\n-A -t 10.0.0.2:80 -w 1\n-q\n-a -t 10.0.0.1:80 -r 10.1.0.1 -x 1 -y 2\n-Z\n';

test('a file is one batch', async () => {
  const { sent, status } = await run(['-R'], '-C\n-A -t 10.0.0.1:80\n-a -t 10.0.0.1:80 -r 10.1.0.1\n');
  expect(status).toBe(0);
  expect(sent.map((batch) => batch.map(({ op }) => op))).toEqual([['flush', 'addService', 'addDestination']]);
});

test('bad lines are named, all of them, and nothing is sent', async () => {
  const { sent, status, stderr } = await run(['-R'], RULES);
  expect({ sent, status }).toEqual({ sent: [], status: 2 });
  expect(stderr).toMatch(
    /^lvsadm: line 2: Illegal 'weight' option.*\nlvsadm: line 3: -q: unknown option.*\n$/,
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
  expect(sent.map((batch) => batch.map(({ op }) => op))).toEqual([['addService', 'zero']]);
  expect(status).toBe(2);
});

test('lines that are no changes of the table are carried out in their place', async () => {
  const { sent, stdout } = await run(['-R'], '-C\n-L --timeout\n-Z\n');
  expect(sent).toHaveLength(2);
  expect(stdout).toBe('Timeout (tcp tcpfin udp): 900 120 300\n');
});

test('JSON', async () => {
  expect((await run(['-L', '--json'])).stdout).toBe('[]\n');
  expect((await run(['-L', '--timeout', '--json'])).stdout).toBe('{"tcp":900,"tcpFin":120,"udp":300}\n');
});

test('help and version need no kernel', async () => {
  const io = {
    stdin: () => '',
    stdout() {},
    stderr() {},
    open(): never {
      throw new Error('no kernel');
    },
  };
  expect(await main(['-h'], io)).toBe(0);
  expect(await main(['-v'], io)).toBe(0);
  expect(await main(['-L'], io)).toBe(2);
});
