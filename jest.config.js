/** @type {import('jest').Config} */
module.exports = {
	testMatch: ['<rootDir>/test/**/*.test.ts'],
	transform: {
		'\\.ts$': [
			'@swc/jest',
			{ jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' }, module: { type: 'commonjs' } },
		],
	},
	testEnvironment: 'node',
	globalSetup: '<rootDir>/test/support/makeEngineHomes.js',
	globalTeardown: '<rootDir>/test/support/removeEngineHomes.js',
	testTimeout: 30_000,
	reporters: ['default', '<rootDir>/test/support/closingLine.js'],
};
