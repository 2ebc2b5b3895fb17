/**
 * Where the library's messages differ from ipvsadm's for the same thing, and why: each entry makes of ipvsadm's
 * messages what they would be without its reason. What is not listed here has to be equal to the byte.
 */

import { ACK, type Attribute, bytesOf, DUMP, edit, type Message, REQUEST, without } from './netlink/message';

export interface Difference {
  reason: string;
  apply(messages: Message[]): Message[];
}

const AF_INET = 2;
const IDENTITY = ['AF', 'PROTOCOL', 'ADDR', 'PORT', 'FWMARK'];

export const DIFFERENCES: readonly Difference[] = [
  {
    reason: 'ipvsadm asks for the version first whenever it runs; only `info` asks for it here',
    apply: (messages) => messages.filter(({ command }, n) => n > 0 || command !== 'GET_INFO'),
  },
  {
    reason: 'ipvsadm fills in the port id of its socket, of which the kernel takes no notice',
    apply: each((message) => ({ ...message, port: 0 })),
  },
  {
    reason:
      'an IPv4 address takes the 4 bytes that it has, not 16: the kernel reads as many as the family has',
    apply: each((message) =>
      exactAddress(exactAddress(message, 'SERVICE', 'SERVICE.AF'), 'DEST', 'DEST.ADDR_FAMILY'),
    ),
  },
  {
    reason: 'a service that is only named needs no scheduler, flags, timeout and netmask',
    apply: each((message) => (makesService(message) ? message : keep(message, 'SERVICE', IDENTITY))),
  },
  {
    reason: 'a destination that is only named needs no weight, forwarding method and the like',
    apply: each((message) =>
      message.command === 'DEL_DEST' ? keep(message, 'DEST', ['ADDR_FAMILY', 'ADDR', 'PORT']) : message,
    ),
  },
  {
    reason:
      'where there is nothing to say of the tunnel nothing is said: the kernel takes absent attributes for 0',
    apply: each((message) =>
      tunnelIsPlain(message)
        ? edit(message, 'DEST', (all) => all.filter(({ name }) => !name.startsWith('TUN_')))
        : message,
    ),
  },
  {
    reason:
      "the family of a destination is said where it is not its service's, which the kernel takes in its absence",
    apply: each((message) => (isMixed(message) ? message : without(message, 'DEST.ADDR_FAMILY'))),
  },
  {
    reason: 'a daemon that is stopped is named by its role; ipvsadm adds an empty interface and sync id 0',
    apply: each((message) =>
      message.command === 'DEL_DAEMON' ? keep(message, 'DAEMON', ['STATE']) : message,
    ),
  },
  {
    reason: 'a timeout that is to stay is left out; ipvsadm sends 0, which the kernel takes for the same',
    apply: each((message) =>
      message.command !== 'SET_CONFIG'
        ? message
        : edit(message, '', (all) =>
            all.filter(({ value }) => Buffer.isBuffer(value) && value.readUInt32LE() !== 0),
          ),
    ),
  },
  {
    reason: 'a dump is ended by NLMSG_DONE, and acknowledged by nothing else',
    apply: each((message) => (isDump(message) ? { ...message, flags: message.flags & ~ACK } : message)),
  },
  {
    reason: 'of commands that leave together only the last is acknowledged: refusals are reported unasked',
    apply: (messages) =>
      messages.map((message, n) => {
        const next = messages[n + 1];
        const last = next === undefined || isDump(message) || isDump(next);
        return last ? message : { ...message, flags: message.flags & ~ACK };
      }),
  },
  {
    reason: 'what an old kernel would ignore is looked for before and after it is asked for the first time',
    apply: (messages) =>
      messages.flatMap((message) => {
        const question = readBack(message);
        return question === undefined ? [message] : [question, message, question];
      }),
  },
];

function each(change: (message: Message) => Message): Difference['apply'] {
  return (messages) => messages.map(change);
}

function isDump(message: Message): boolean {
  return (message.flags & DUMP) === DUMP;
}

function makesService({ command }: Message): boolean {
  return command === 'NEW_SERVICE' || command === 'SET_SERVICE';
}

function keep(message: Message, path: string, names: readonly string[]): Message {
  return edit(message, path, (all) => all.filter(({ name }) => names.includes(name)));
}

function exactAddress(message: Message, path: string, family: string): Message {
  if (bytesOf(message, family)?.readUInt16LE() !== AF_INET) return message;
  return edit(message, path, (all) =>
    all.map(
      (attribute): Attribute =>
        attribute.name === 'ADDR'
          ? { ...attribute, value: (attribute.value as Buffer).subarray(0, 4) }
          : attribute,
    ),
  );
}

/** The destination has another family than its service. */
function isMixed(message: Message): boolean {
  const family = bytesOf(message, 'DEST.ADDR_FAMILY');
  return family !== undefined && !family.equals(bytesOf(message, 'SERVICE.AF') as Buffer);
}

/** IPIP, without a port and without checksums. */
function tunnelIsPlain(message: Message): boolean {
  return ['TUN_TYPE', 'TUN_PORT', 'TUN_FLAGS'].every((name) =>
    (bytesOf(message, `DEST.${name}`) ?? []).every((byte) => byte === 0),
  );
}

/** The dump that shows whether the kernel understood the message; none where every kernel does. */
function readBack(message: Message): Message | undefined {
  const dump = { ...message, flags: REQUEST | DUMP };
  if (message.command === 'NEW_DEST') {
    const plain = tunnelIsPlain(message) && !isMixed(message);
    return plain ? undefined : without({ ...dump, command: 'GET_DEST' }, 'DEST');
  }
  if (message.command === 'NEW_DAEMON') {
    const options = ['SYNC_MAXLEN', 'MCAST_GROUP', 'MCAST_GROUP6', 'MCAST_PORT', 'MCAST_TTL'];
    const plain = options.every((name) => bytesOf(message, `DAEMON.${name}`) === undefined);
    return plain ? undefined : without({ ...dump, command: 'GET_DAEMON' }, 'DAEMON');
  }
  return undefined;
}
