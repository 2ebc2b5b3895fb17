// @ts-check
/** What happens to a fleet in its life. Each step ends when all directors are as they should be again. */
import { setTimeout as delay } from 'node:timers/promises';
import { PREFIX, SERVICES } from './fleet.mjs';
import { cut } from './network.mjs';

/** @typedef {import('./fleet.mjs').Fleet} Fleet */
/** @typedef {import('./network.mjs').Machine} Machine */

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {(fleet: Fleet) => Promise<Outcome | void>} act
 */

/** @typedef {{ allowed?: number, remark?: string }} Outcome `allowed`: how many requests may fail, where that is not 0 */

const isCurrent = (/** @type {any} */ { status }) => status === 'ok';

/** @param {Fleet} fleet */
async function allServe(fleet) {
  const { directors, servers } = fleet.machines;
  await fleet.untilHealth(isCurrent);
  for (const director of directors) await fleet.weightsOf(director, servers.length);
}

/** @param {Fleet} fleet @param {readonly Machine[]} servers */
async function replace(fleet, servers) {
  await Promise.all(
    servers.map(async (server) => {
      await fleet.end(server, 'SIGTERM');
      await fleet.startServer(server);
    }),
  );
}

/**
 * @param {{ seconds: number, atOnce: number, rate: number, deploysInPartition: boolean }} extent
 * @returns {Step[]}
 */
export function steps({ seconds, atOnce, rate, deploysInPartition }) {
  return [
    { title: 'nothing happens', act: () => delay(seconds * 1000) },
    {
      title: 'deploy: every server replaced in turn',
      async act(fleet) {
        const { servers } = fleet.machines;
        for (let n = 0; n < servers.length; n += atOnce) {
          await replace(fleet, servers.slice(n, n + atOnce));
          await allServe(fleet);
        }
        return { remark: `${servers.length} servers, ${atOnce} at a time` };
      },
    },
    {
      title: 'a server dies',
      async act(fleet) {
        const { servers, directors } = fleet.machines;
        const [server] = servers;
        if (server === undefined) return;
        const died = Date.now();
        await fleet.end(server, 'SIGKILL');
        const taken = await Promise.all(
          directors.map(async (director) => {
            await fleet.weightsOf(director, servers.length - 1);
            return (Date.now() - died) / 1000;
          }),
        );
        await fleet.startServer(server);
        await allServe(fleet);
        // Its share of the requests until the checks have noticed, and one on each kept connection.
        const allowed = taken.reduce((sum, until) => sum + Math.ceil((rate * until) / servers.length) + 8, 0);
        return { allowed, remark: `out after ${taken.map((until) => until.toFixed(1)).join(', ')} s` };
      },
    },
    {
      title: 'etcd’s leader is killed',
      async act(fleet) {
        const leader = await fleet.leader();
        await fleet.end(leader, 'SIGKILL');
        const killed = Date.now();
        // What is written meanwhile arrives.
        await fleet.putServices({ ...SERVICES, admin: { ...SERVICES.admin, scheduler: 'wrr' } });
        await untilScheduler(fleet, 'wrr');
        const remark = `a change arrives everywhere ${((Date.now() - killed) / 1000).toFixed(1)} s later`;
        fleet.startMember(leader);
        await allServe(fleet);
        return { remark };
      },
    },
    {
      title: 'all of etcd is killed, and comes back',
      async act(fleet) {
        const { members } = fleet.machines;
        await Promise.all(members.map((member) => fleet.end(member, 'SIGKILL')));
        await fleet.untilHealth(({ source, status }) => source === 'lost' && status === 'degraded');
        await delay(seconds * 1000);
        for (const member of members) fleet.startMember(member);
        await allServe(fleet);
        return { remark: `away for ${seconds} s and more; /healthz says so` };
      },
    },
    {
      title: 'a director’s agent is restarted',
      async act(fleet) {
        const [director] = fleet.machines.directors;
        if (director === undefined) return;
        await fleet.end(director, 'SIGTERM');
        await delay(seconds * 500);
        fleet.startDirector(director);
        await allServe(fleet);
        const changes = /^ipvs_agent_changes_total (\d+)$/m.exec(await fleet.metrics(director))?.[1];
        if (changes !== '0') throw new Error(`${changes} changes were sent after the restart`);
        return { remark: 'nothing is sent to the kernel' };
      },
    },
    {
      title: 'a poisoned document',
      async act(fleet) {
        const poison = JSON.stringify({ ...SERVICES.web, port: 'eighty' });
        await fleet.withEtcd((etcd) => etcd.put(`${PREFIX}services/web`, poison));
        const key = 'services/web';
        await fleet.untilHealth(({ problems }) => problems[0]?.key === key && problems[0]?.field === 'port');
        await fleet.putServices();
        await allServe(fleet);
        return { remark: 'named by key and field; the last good one stays' };
      },
    },
    {
      title: 'the prefix is emptied',
      async act(fleet) {
        const count = await fleet.withEtcd((etcd) => etcd.deleteAll(PREFIX));
        await fleet.untilHealth(({ violations }) => violations[0]?.guard === 'maxRemovedServices');
        await delay(seconds * 1000);
        await fleet.putServices();
        await allServe(fleet);
        return { remark: `${count} keys gone; the guard refuses` };
      },
    },
    {
      title: 'a partition: one director, one member',
      async act(fleet) {
        const { directors, members, servers } = fleet.machines;
        const lone = [...directors.slice(0, 1), ...members.slice(0, 1)];
        await cut(lone, members.slice(1), true);
        await fleet.untilHealth(({ source }) => source === 'lost', directors.slice(0, 1));
        await fleet.untilHealth(isCurrent, directors.slice(1));
        if (deploysInPartition) {
          // The lone director learns by its own checks alone that the server leaves.
          await replace(fleet, servers.slice(0, 1));
        }
        // And what is written meanwhile arrives there afterwards.
        await fleet.putServices({ ...SERVICES, admin: { ...SERVICES.admin, scheduler: 'lc' } });
        await untilScheduler(fleet, 'lc', directors.slice(1));
        await cut(lone, members.slice(1), false);
        await untilScheduler(fleet, 'lc');
        await allServe(fleet);
        return { remark: deploysInPartition ? 'and a server is replaced meanwhile' : '' };
      },
    },
  ];
}

/** @param {Fleet} fleet @param {string} scheduler of the service `admin`, in every table @param {readonly Machine[]} [directors] */
async function untilScheduler(fleet, scheduler, directors = fleet.machines.directors) {
  const { address, port } = SERVICES.admin;
  for (const director of directors) {
    await fleet.untilMetric(
      director,
      new RegExp(`^ipvs_service_info\\{.*${address}:${port}".*scheduler="${scheduler}"`, 'm'),
    );
  }
}
