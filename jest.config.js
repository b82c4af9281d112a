/** @type {import('jest').Config} */
module.exports = {
	testMatch: ['<rootDir>/test/**/*.test.ts'],
	// These take minutes: jest.reliability.config.js and jest.e2e.config.js.
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/reliability/', '<rootDir>/test/e2e/'],
	transform: {
		'\\.ts$': [
			'@swc/jest',
			{ jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' }, module: { type: 'commonjs' } },
		],
	},
	testEnvironment: 'node',
	globalSetup: '<rootDir>/test/support/makeEngineHomes.js',
	globalTeardown: '<rootDir>/test/support/removeEngineHomes.js',
	// Only a test that hangs takes as long: none depends on the speed of the machine.
	testTimeout: 300_000,
	// n8n's engine leaves hooks behind that slow every promise of a worker, more with each file: such a worker is replaced.
	workerIdleMemoryLimit: '300MB',
	reporters: ['default', '<rootDir>/test/support/closingLine.js'],
};
