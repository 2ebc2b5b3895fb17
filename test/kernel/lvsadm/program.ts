import { dirname, join } from 'node:path';

const PACKAGE = require.resolve('@lvs/netlink/package.json');
const { bin } = require(PACKAGE) as { bin: { lvsadm: string } };

/** The installed program. */
export const PROGRAM = join(dirname(PACKAGE), bin.lvsadm);
