// jest's own runner of a file's tests, but once a test has failed, the mutant in work is found, and no further file is run.
// (Stryker gives jest's own setting for this no effect, and wants to read "jest-circus" in the name of a runner.)
const { createEmptyTestResult } = require('@jest/test-result');
const { default: circus } = require('jest-circus/runner');

/** Runs in which a test has failed; each has a configuration of its own. */
const found = new WeakSet();

/** jest takes a file without tests for a broken one. */
const NOT_RUN = { ancestorTitles: [], failureMessages: [], fullName: '', status: 'pending', title: '' };

module.exports = async function runUntilFound(globalConfig, config, environment, runtime, testPath, ...rest) {
	if (found.has(globalConfig)) return { ...createEmptyTestResult(), testFilePath: testPath, testResults: [NOT_RUN] };
	const result = await circus(globalConfig, config, environment, runtime, testPath, ...rest);
	if (result.numFailingTests > 0 || result.testExecError) found.add(globalConfig);
	return result;
};
