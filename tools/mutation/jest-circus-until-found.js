// jest's own runner of a file's tests, but once a test has failed, the mutant in work is found, and nothing further is run.
// (Stryker gives jest's own setting for this no effect, and wants to read "jest-circus" in the name of a runner.)
const { AsyncLocalStorage } = require('node:async_hooks');
const { createEmptyTestResult } = require('@jest/test-result');
const { default: circus } = require('jest-circus/runner');

/** Runs in which a test has failed; each has a configuration of its own. */
const found = new WeakSet();

/** jest takes a file without tests for a broken one. */
const NOT_RUN = { ancestorTitles: [], failureMessages: [], fullName: '', status: 'pending', title: '' };

/**
 * jest makes one for each file and leaves it behind. Before Node.js 24 each of them makes every promise slower from then
 * on, and the thousands of files of a worker's life would be slower by a factor of twenty.
 */
const leftBehind = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...args) {
	leftBehind.add(this);
	return run.apply(this, args);
};

/** Has the tests of a file skipped that come after one that failed. */
function stopAtFailure(environment) {
	const { handleTestEvent } = environment;
	let failed = false;
	environment.handleTestEvent = async function (event, state) {
		if (event.name === 'test_start' && failed) event.test.mode = 'skip';
		if (event.name === 'test_done' && event.test.errors.length > 0) failed = true;
		return await handleTestEvent?.call(this, event, state);
	};
}

module.exports = async function runUntilFound(globalConfig, config, environment, runtime, testPath, ...rest) {
	if (found.has(globalConfig)) return { ...createEmptyTestResult(), testFilePath: testPath, testResults: [NOT_RUN] };
	stopAtFailure(environment);
	const result = await circus(globalConfig, config, environment, runtime, testPath, ...rest);
	for (const storage of leftBehind) storage.disable();
	leftBehind.clear();
	if (result.numFailingTests > 0 || result.testExecError) found.add(globalConfig);
	return result;
};
