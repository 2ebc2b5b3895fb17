import { tunnel } from '../../lab/plan';
import { balanceOneWay } from '../bypass';
import type { Scenario } from '../scenario';

/** IP tunnelling. */
export const scenario: Scenario = {
  title: 'Tunnel: requests travel wrapped in IP, answers go straight to the client',
  setting:
    'The real servers have the VIP on tunl0, keep it from ARP, and have a way of their own to the client.',
  plan: tunnel(),
  run: (stage) => balanceOneWay(stage, 'tunnel', 80),
};
