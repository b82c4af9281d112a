const base = require('./jest.config');

/**
 * The suite in the real n8n, oldest and newest: `npm run test:e2e`.
 *
 * @type {import('jest').Config}
 */
module.exports = {
	...base,
	testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/'],
	globalSetup: undefined,
	globalTeardown: undefined,
	workerIdleMemoryLimit: undefined,
	// Much of it is waiting for n8n's schedules, so that two at a time are not slower on two cores.
	maxWorkers: 2,
	testTimeout: 300_000,
	reporters: [...base.reporters, '<rootDir>/test/e2e/timesReporter.js'],
};
