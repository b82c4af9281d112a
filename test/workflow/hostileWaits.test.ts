import { testHostileWaits } from '../support/hostileWaits';

// All operations and services: test/reliability/hostileWaits.test.ts.
testHostileWaits(
	['run with a key', 'run on a device by its name', 'isolate and wait'],
	['429 for 50 minutes', 'pages that always bring something new', 'a byte every 20 seconds'],
);
