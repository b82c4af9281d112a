import { HOSTILE, testHostileWaits, WAITING } from '../support/hostileWaits';

testHostileWaits(Object.keys(WAITING), Object.keys(HOSTILE));
