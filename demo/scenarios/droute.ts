import { droute } from '../../lab/plan';
import { balanceOneWay } from '../bypass';
import type { Scenario } from '../scenario';

/** Direct routing. */
export const scenario: Scenario = {
  title: 'Direct routing: requests change only their MAC address, answers go straight to the client',
  setting:
    'The real servers have the VIP on loopback, keep it from ARP, and have a way of their own to the client.',
  plan: droute(),
  // A port of its own: for 3 minutes the kernel gives a removed real server its old counters back, if it returns to the
  // same service.
  run: (stage) => balanceOneWay(stage, 'droute', 8080),
};
