/** A jest reporter that ends a run with one plain line, for those who read logs by machine. */
module.exports = class ClosingLine {
	onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests }) {
		const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
		process.stdout.write(`\n${numPassedTests} passed, ${numFailedTests} failed${skipped}\n`);
	}
};
