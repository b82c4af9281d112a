// Mutation testing of what decides over results: Stryker changes the code in some thousand places, one at a time, and
// each change that no test finds is a hole in the tests. `npm run mutation`, or for one file while its tests are written:
// `npx --prefix tools/mutation stryker run tools/mutation/stryker.config.mjs --mutate nodes/DefenderLiveResponse/result/link.ts`.
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
	mutate: [
		'nodes/DefenderLiveResponse/result/**/*.ts',
		'nodes/DefenderLiveResponse/download/**/*.ts',
		'nodes/DefenderLiveResponse/service/**/*.ts',
	],
	testRunner: 'jest',
	// By its path: Stryker looks beside itself by name, but starts its workers in the sandbox, which has the root's packages.
	plugins: [here('node_modules/@stryker-mutator/jest-runner/dist/src/index.js')],
	jest: { configFile: 'tools/mutation/jest.config.js', enableFindRelatedTests: false },
	coverageAnalysis: 'perTest',
	concurrency: 2,
	timeoutMS: 5_000,
	// Outside the repository, where neither lint nor jest nor git meets what an interrupted run left behind.
	tempDirName: join(tmpdir(), `defender-live-response-mutation-${process.pid}`),
	ignorePatterns: ['coverage', 'dist', 'docs'],
	reporters: ['progress-append-only', 'json'],
	jsonReporter: { fileName: 'coverage/mutation/mutation.json' },
};
