// Of the test files, those that have a test which Stryker asks for. It names tests, not their files, so that jest would
// load every file for each of some thousand mutants.
const { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname, join, sep } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** Shared by Stryker's workers, in their sandbox: one that a mutant kept from its end is replaced by a new one. */
const kept = join(__dirname, '..', '..', 'coverage', 'test-names.json');

/** The names of a file's tests, once it has been run. */
const names = new Map(existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : []);

const sources = join(__dirname, '..', '..', 'nodes', 'DefenderLiveResponse');

/** For each mutant, how the paths of the tests begin that are written for its file: `service/limiter` for `service/limiter.ts`. */
const ownTests = new Map(
	readdirSync(sources, { recursive: true })
		.filter((file) => file.endsWith('.ts'))
		.flatMap((file) =>
			[...readFileSync(join(sources, file), 'utf8').matchAll(/stryMutAct_\w+\("(\d+)"\)/g)].map(([, id]) => [
				id,
				`${sep}${join('test', 'unit', file.replace(/\.ts$/, ''))}`,
			]),
		),
);

module.exports = class NeededFiles extends Sequencer {
	constructor(options) {
		super(options);
		this.asked = options.globalConfig.testNamePattern;
	}

	sort(tests) {
		const pattern = new RegExp(this.asked ?? '', 'i');
		const needed = super.sort(tests.filter(({ path }) => !names.has(path) || names.get(path).some((name) => pattern.test(name))));
		// Its own tests find a mutant soonest, or those that found the last one; else it is soonest known from the quickest.
		const own = ownTests.get(process.env.__STRYKER_ACTIVE_MUTANT__);
		const cost = (test) => (own && test.path.includes(own) ? -1 : this.hasFailed(test) ? 0 : 1 + (test.duration ?? 0));
		return needed.sort((a, b) => cost(a) - cost(b));
	}

	cacheResults(tests, results) {
		const known = names.size;
		for (const { testFilePath, testResults } of results.testResults) {
			const all = testResults.map(({ fullName }) => fullName);
			// Without a name it was not run.
			if (all.some((name) => name !== '')) names.set(testFilePath, all);
		}
		if (names.size > known) {
			mkdirSync(dirname(kept), { recursive: true });
			writeFileSync(kept, JSON.stringify([...names]));
		}
		super.cacheResults(tests, results);
	}
};
