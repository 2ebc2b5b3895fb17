import { nat } from '../../lab/plan';
import { tabulate } from './tabulate';

tabulate('masq', nat());
