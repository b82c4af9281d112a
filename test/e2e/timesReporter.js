const { writeFileSync } = require('node:fs');
const { cpus } = require('node:os');
const { join, relative } = require('node:path');

const root = join(__dirname, '..', '..');
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
const row = (...cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
const head = (...columns) => [row(...columns), row(...columns.map(() => '---'))];

/** The tests of a file by their groups, in the order in which they ran. */
function section({ testFilePath, testResults }) {
	const lines = testResults.map(({ ancestorTitles, title, status, duration }) =>
		row([...ancestorTitles, title].join(' › '), status, seconds(duration ?? 0)),
	);
	return [`## ${relative(root, testFilePath)}`, '', ...head('test', 'result', 'time'), ...lines, ''];
}

/** A jest reporter that writes the results of a whole run of the suite, with times, into docs/e2e.md. */
module.exports = class TimesReporter {
	onRunComplete(_contexts, { testResults, startTime, numPassedTests, numFailedTests, numPendingTests, numTotalTests }) {
		const files = testResults.filter(({ skipped }) => !skipped).sort((a, b) => (a.testFilePath < b.testFilePath ? -1 : 1));
		const times = files.map(({ testFilePath, perfStats: { start, end } }) => row(relative(root, testFilePath), seconds(end - start)));
		const whole = [...head('file', 'time'), ...times, row('all, two at a time', seconds(Date.now() - startTime))];
		process.stdout.write(`\n${whole.join('\n')}\n`);
		// A run of some files does not cover the others.
		if (process.env.E2E_REPORT !== '1') return;
		const intro = [
			'# In the real n8n',
			'',
			`The results of \`npm run test:e2e\` on ${new Date().toISOString().slice(0, 10)}, on ${cpus().length} cores: ${numPassedTests} of ${numTotalTests} tests passed, ${numFailedTests} failed, ${numPendingTests} need a newer n8n than the oldest. n8n was installed before; each test file starts its own.`,
			'',
		];
		writeFileSync(join(root, 'docs', 'e2e.md'), [...intro, ...whole, '', ...files.flatMap(section)].join('\n'));
	}
};
