/** The shells' own completion, asked as a person asks it. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const FOLDER = join(__dirname, '../../completions');

/** What bash offers for the last of the words into which it has taken a line apart. */
function offersOfBash(words: string[]): string[] {
  const script = `
    source ${FOLDER}/lvsadm.bash
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _lvsadm
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script, 'bash', 'lvsadm', ...words], {
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout.split('\n').filter((word) => word !== '');
}

test.each<[string[], string[]]>([
  [['--sta'], ['--start-daemon']],
  [['-A', '--'], expect.arrayContaining(['--tcp-service', '--scheduler']) as unknown as string[]],
  [
    ['-A', '-t', '10.0.0.1', ':', '80', '--sched'],
    ['--scheduler', '--sched-flags'],
  ],
  [
    ['-At', '10.0.0.1', ':', '80', '--pe'],
    ['--persistent', '--pe'],
  ],
  [['-A', '-s', 'wr'], ['wrr']],
  [['-A', '--scheduler', '=', 'wr'], ['wrr']],
  [
    ['-a', '--tun-type', '='],
    ['ipip', 'gue', 'gre'],
  ],
  [
    ['-A', '-b', 'sh-port,sh'],
    ['sh-port,sh-fallback', 'sh-port,sh-port'],
  ],
  [['-Ln', '--js'], ['--json']],
  [['-A', '--js'], []],
  [['--start-daemon', 'm'], ['master']],
  [['--start-daemon', 'master', '--mcast-interface', 'l'], ['lo']],
  [['-A', '-t', ''], []],
  [['exp'], ['exporter']],
  [['exporter', '--li'], ['--listen']],
  [['exporter', '--listen', ''], []],
  [['apply', '--dr'], ['--drain']],
  [['plan', '--owns', 'n'], ['named']],
])('bash: %j', (words, offers) => {
  expect(offersOfBash(words)).toEqual(offers);
});

/** What zsh makes of a line when the tab key is pressed behind it. A pseudo-terminal shows what it shows a person. */
const ZSH = `
  zmodload zsh/zpty
  zpty -b shell zsh -f -i
  zpty -w shell "PS1= RPS1=; fpath=(${FOLDER} \\$fpath); autoload -Uz compinit; compinit -u -D; stty -echo columns 500; echo re''ady"
  zpty -r shell output '*ready*'
  zpty -n -w shell "$1"$'\\t'
  zpty -r shell output "*$2*"
  print -r -- "$output"
  zpty -d shell`;

test.each<[string, string]>([
  ['lvsadm --sto', '--stop-daemon'],
  ['lvsadm --start-daemon m', 'master'],
  ['lvsadm -A -t 10.0.0.1:80 --netm', '--netmask'],
  ['lvsadm -A -t 10.0.0.1:80 -s wr', 'wrr'],
  ['lvsadm -A -t 10.0.0.1:80 --scheduler=wr', '--scheduler=wrr'],
  ['lvsadm -a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-type ip', 'ipip'],
  ['lvsadm -A -u 10.0.0.1:53 -b sh-port,sh-f', 'sh-port,sh-fallback'],
  ['lvsadm -Ln --js', '--json'],
  ['lvsadm exp', 'exporter'],
  ['lvsadm exporter --prefix node', 'node_ipvs'],
  ['lvsadm apply --dr', '--drain'],
])('zsh: %s becomes %s', (line, completed) => {
  const { stdout, signal } = spawnSync('zsh', ['-f', '-c', ZSH, 'zsh', line, completed], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect({ signal }).toEqual({ signal: null });
  expect(stdout).toContain(completed);
});
