import { droute } from '../../lab/plan';
import { tabulate } from './tabulate';

tabulate('droute', droute());
