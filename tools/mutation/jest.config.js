const { join } = require('node:path');
const { transform, testEnvironment } = require('../../jest.config.js');

/** The unit tests of what is mutated: those in n8n's engine take minutes and say less about one line. */
module.exports = {
	rootDir: join(__dirname, '..', '..'),
	testMatch: [
		'<rootDir>/test/unit/result/**/*.test.ts',
		'<rootDir>/test/unit/download/**/*.test.ts',
		'<rootDir>/test/unit/service/**/*.test.ts',
	],
	// Time and memory would be those of Stryker's traces in the code; what runs in a separate process is out of its
	// sight; and what takes seconds would take them about a hundred times.
	testPathIgnorePatterns: ['/node_modules/', '(Speed|Memory|Stopped|Long)\\.test'],
	moduleNameMapper: { '^n8n-workflow$': '<rootDir>/tools/mutation/lazyWorkflow.js' },
	testSequencer: '<rootDir>/tools/mutation/neededFiles.js',
	testRunner: '<rootDir>/tools/mutation/jest-circus-until-found.js',
	transform,
	testEnvironment,
	// None takes a second: of one that takes as long, the mutant has kept it from its end.
	testTimeout: 5_000,
};
