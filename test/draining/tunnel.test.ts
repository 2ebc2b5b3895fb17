import { tunnel } from '../../lab/plan';
import { tabulate } from './tabulate';

tabulate('tunnel', tunnel());
