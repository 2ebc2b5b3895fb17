import netlink = require('@lvs/netlink');

async function use(): Promise<void> {
  await using ipvs = await netlink.Ipvs.open();
  using sync = netlink.IpvsSync.open({ netns: '/run/netns/blue', timeout: 0 });
  const services: netlink.Service[] = [...(await ipvs.services()), ...sync.services()];
  for (const service of services) sync.setService(service);
  // @ts-expect-error a handle is opened, not constructed
  new netlink.Ipvs();
}

void use;
