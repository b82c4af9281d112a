import { testBends } from './bent';
import { RUN_BENDS } from './bends/running';

testBends(RUN_BENDS);
