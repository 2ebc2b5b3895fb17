// @ts-check
/** The fleet's machines: network namespaces, on one switch inside; each director has a cable of its own to its client. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export const VIP = '203.0.113.10';
const SWITCH = 'fleet-switch';

/** @typedef {{ name: string, namespace: string, address: string }} Machine */

/** @param {string} name @param {number} last of its address */
const machine = (name, last) => ({ name, namespace: `fleet-${name}`, address: `10.9.0.${last}` });
/** @param {string} name @param {number} count @param {number} first @returns {Machine[]} */
const machines = (name, count, first) =>
  Array.from({ length: count }, (_, n) => machine(`${name}${n + 1}`, first + n));

/** @param {{ directors: number, servers: number }} size */
export function plan({ directors, servers }) {
  return {
    members: machines('etcd', 3, 11),
    directors: machines('director', directors, 21),
    servers: machines('server', servers, 31),
    clients: machines('client', directors, 101).map((client, n) => ({
      ...client,
      address: `203.0.113.${101 + n}`,
    })),
  };
}

/** @typedef {ReturnType<typeof plan>} Plan */

/** All of its namespaces. @param {Plan} plan */
function namespaces({ members, directors, servers, clients }) {
  return [SWITCH, ...[...members, ...directors, ...servers, ...clients].map(({ namespace }) => namespace)];
}

/** Takes it away; its programs have ended. @param {Plan} plan */
export async function remove(plan) {
  await ip(namespaces(plan).map((name) => `netns delete ${name}`));
}

/** Builds it. This process's own namespace has a place on the switch, too. @param {Plan} plan */
export async function build(plan) {
  const { members, directors, servers, clients } = plan;
  const inside = [...members, ...directors, ...servers];
  await ip([
    ...namespaces(plan).map((name) => `netns add ${name}`),
    ...inside.map(
      ({ namespace }, n) => `link add inside netns ${namespace} type veth peer name port${n} netns ${SWITCH}`,
    ),
    `link add fleet type veth peer name control netns ${SWITCH}`,
    'address add 10.9.0.1/24 dev fleet',
    'link set fleet up',
    ...directors.map(
      ({ namespace }, n) =>
        `link add outside netns ${namespace} type veth peer name outside netns ${clients[n]?.namespace}`,
    ),
  ]);
  await ip(
    [
      'link add inside type bridge mcast_snooping 0',
      'link set inside up',
      ...[...inside.map((_, n) => `port${n}`), 'control'].map((port) => `link set ${port} master inside up`),
    ],
    SWITCH,
  );
  const up = (/** @type {Machine} */ { address }) => [
    'link set lo up',
    'link set inside up',
    `address add ${address}/24 dev inside`,
  ];
  const back = clients.map(({ address }, n) => `route add ${address}/32 via ${directors[n]?.address}`);
  await Promise.all([
    ...members.map((one) => ip(up(one), one.namespace)),
    ...servers.map((one) => ip([...up(one), ...back], one.namespace)),
    ...directors.map(async (one) => {
      await ip([...up(one), 'link set outside up', `address add ${VIP}/24 dev outside`], one.namespace);
      await run('ip', ['netns', 'exec', one.namespace, 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
    }),
    ...clients.map(({ namespace, address }) =>
      ip(['link set lo up', 'link set outside up', `address add ${address}/24 dev outside`], namespace),
    ),
  ]);
}

/** Keeps machines from sending to others, or lets them again. @param {readonly Machine[]} from @param {readonly Machine[]} to @param {boolean} isCut */
export async function cut(from, to, isCut) {
  const verb = isCut ? 'add' : 'delete';
  for (const { namespace } of from) {
    await ip(
      to.map(({ address }) => `route ${verb} blackhole ${address}/32`),
      namespace,
    );
  }
}

/** @param {string[]} commands @param {string} [namespace] */
async function ip(commands, namespace) {
  const inside = namespace === undefined ? [] : ['-netns', namespace];
  await run('ip', [...inside, '-batch', '-'], `${commands.join('\n')}\n`);
}

/** @param {string} command @param {string[]} args @param {string} [input] */
async function run(command, args, input) {
  const child = spawn(command, args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'inherit', 'inherit'],
  });
  child.stdin?.end(input);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} exited with ${code}:\n${input ?? ''}`);
}
