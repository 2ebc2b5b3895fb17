import type { Bytes } from '../network/netlink';
import type { Action } from './rules';

/** A verdict of nf_tables. */
export function readVerdict(verdict: Bytes): Action {
  const [CODE, CHAIN] = [1, 2];
  const [DROP, ACCEPT, CONTINUE, BREAK, JUMP, GOTO, RETURN] = [0, 1, -1, -2, -3, -4, -5];
  const attributes = verdict.attributes();
  const chain = attributes.get(CHAIN)?.text() ?? '';
  switch ((attributes.get(CODE)?.be32() ?? 0) | 0) {
    case DROP:
      return { does: 'drop' };
    case ACCEPT:
      return { does: 'accept' };
    case CONTINUE:
    case BREAK:
      return { does: 'continue' };
    case JUMP:
      return { does: 'jump', chain };
    case GOTO:
      return { does: 'goto', chain };
    case RETURN:
      return { does: 'return' };
    default:
      return { does: 'unknown' };
  }
}
