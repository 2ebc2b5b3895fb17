import { expect, test } from '@jest/globals';
import { Scanner, Vocabulary } from '../../../lib/rules/scanner';

const vocabulary = new Vocabulary([
  { long: 'list', short: 'L' },
  { long: 'numeric', short: 'n' },
  { long: 'weight', short: 'w', value: 'weight' },
  { long: 'persistent', short: 'p', value: 'seconds', optional: '360' },
]);

function scan(line: string) {
  const scanner = new Scanner(line.split(' '), vocabulary);
  const options: unknown[] = [];
  for (let option = scanner.next(); option; option = scanner.next()) {
    options.push(scanner.value === undefined ? option.long : [option.long, scanner.value]);
  }
  return { options, leftOver: scanner.leftOver };
}

test.each([
  ['-Ln', ['list', 'numeric'], []],
  ['--list --numeric', ['list', 'numeric'], []],
  ['-w5 -w=5 -w 5 --weight=5 --weight 5', Array(5).fill(['weight', '5']), []],
  ['-w -1', [['weight', '-1']], []],
  ['-w==5', [['weight', '=5']], []],
  ['-Lw5', ['list', ['weight', '5']], []],
  ['-p -n', ['persistent', 'numeric'], []],
  [
    '-p 5 -p5',
    [
      ['persistent', '5'],
      ['persistent', '5'],
    ],
    [],
  ],
  ['a -L - b', ['list'], ['a', '-', 'b']],
  ['-L -- -n', ['list'], ['-n']],
  ['--persistent=', [['persistent', '']], []],
])('%s', (line, options, leftOver) => {
  expect(scan(line)).toEqual({ options, leftOver });
});

test.each([
  ['-q', '-q: unknown option'],
  ['-Lq', '-Lq: unknown option'],
  ['--num', '--num: unknown option'],
  ['-numeric', '-numeric: unknown option'],
  ['-w', '-w: needs a value: weight'],
  ['-n=5', '-n=5: takes no value'],
  ['--list=5', '--list=5: takes no value'],
])('%s is refused', (line, message) => {
  expect(() => scan(line)).toThrow(message);
});
