import { Ipvs } from '@lvs/netlink';
import { Cluster } from '../lab/cluster';
import { Disappointment } from './expectations';
import { playAsOrdinaryUser } from './rootless';
import type { Scenario } from './scenario';
import { scenario as allPorts } from './scenarios/all-ports';
import { scenario as droute } from './scenarios/droute';
import { scenario as nat } from './scenarios/nat';
import { scenario as tunnel } from './scenarios/tunnel';
import { code, note, transcribed } from './transcript';
import { showConnections } from './views';

const SCENARIOS: Record<string, Scenario> = { nat, 'all-ports': allPorts, tunnel, droute };

/** The scenarios, and ways to play them, by name. */
const PLAYS: Record<string, () => Promise<void>> = {
  ...Object.fromEntries(
    Object.entries(SCENARIOS).map(([name, scenario]) => [name, () => play(name, scenario)]),
  ),
  rootless: () => playAsOrdinaryUser('nat'),
};

async function play(name: string, scenario: Scenario): Promise<void> {
  console.log(`\n=== ${name} — ${scenario.title} ===`);
  const { plan } = scenario;
  const servers = plan.realServers.map((server) => `${server.name} ${server.address}`).join(', ');
  note(
    `The cluster: director with VIP ${plan.vip}, real servers ${servers}, client ${plan.clientAddresses[0]}.`,
  );
  console.log(`# ${scenario.setting}`);
  await using cluster = await Cluster.start(plan);

  note('A conversation with the kernel, and an empty table to start from.');
  code('const ipvs = await Ipvs.open()');
  await using handle = await Ipvs.open();
  const ipvs = transcribed(handle);
  await ipvs.info();
  await ipvs.flush();
  try {
    await scenario.run({ cluster, ipvs });
  } catch (error) {
    if (error instanceof Disappointment) {
      note('That is not what was said. Where the connections went:');
      await showConnections(ipvs, {});
    }
    throw error;
  } finally {
    await handle.flush();
  }
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !Object.hasOwn(PLAYS, name));
  if (unknown.length > 0) {
    console.error(`no scenario ${unknown.join(', ')}; there are: ${Object.keys(PLAYS).join(', ')}`);
    return 2;
  }
  for (const name of names.length > 0 ? names : Object.keys(PLAYS)) {
    try {
      await PLAYS[name]?.();
    } catch (error) {
      console.error(`\n${name} failed:`, error instanceof Disappointment ? error.message : error);
      return 1;
    }
  }
  console.log('\nEverything came out as said.');
  return 0;
}

main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
