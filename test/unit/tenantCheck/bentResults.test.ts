import { testBends } from './bent';
import { RESULT_BENDS } from './bends/results';

testBends(RESULT_BENDS);
