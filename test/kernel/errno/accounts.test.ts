import { expect, test } from '@jest/globals';
import { expressed, inexpressible } from './classify';
import { ROWS } from './rows';

test('every row is accounted for', () => {
  const accounts = {
    'asked of the kernel': expressed.filter(({ refusal }) => !refusal).length,
    'refused before it is asked': expressed.filter(({ refusal }) => refusal).length,
    ...Object.fromEntries([...inexpressible].map(([reason, ids]) => [reason, ids.length])),
  };
  expect(accounts).toEqual({
    'asked of the kernel': 205,
    'refused before it is asked': 125,
    'raw bytes': 55,
    'netlink framing': 25,
    'an attribute left out that the library always sends': 17,
    'attributes that the command ignores': 7,
    'an engine or a netmask without persistence': 6,
    'flag bits and masks': 4,
    'a command without a verb': 4,
    "a family other than the address's": 3,
    'a set-up that the API refuses': 3,
  });
  expect(ROWS).toHaveLength(454);
  expect(new Set(ROWS.map(({ id }) => id)).size).toBe(454);
  expect(Object.values(accounts).reduce((sum, count) => sum + count)).toBe(454);
});
