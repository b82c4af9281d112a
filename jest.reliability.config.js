const base = require('./jest.config');

/**
 * Tests that take minutes, which `npm test` leaves out.
 *
 * @type {import('jest').Config}
 */
module.exports = {
	...base,
	testMatch: ['<rootDir>/test/reliability/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/'],
	testTimeout: 600_000,
};
