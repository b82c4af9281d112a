// `npm run fuzz [parts|flows]`: every property of a part with 100,000 generated inputs, and 10,000 whole flows with generated
// answers of the service. FUZZ_RUNS and FUZZ_FLOWS ask for other numbers, FUZZ_SEED repeats a run.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TESTS = { parts: 'AnyInput', flows: 'AnyAnswer' };

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { FUZZ_RUNS = '100000', FUZZ_FLOWS = '10000', FUZZ_SEED = String(randomInt(2 ** 31)) } = process.env;
const [wanted, ...others] = process.argv.slice(2);
const chosen = Object.hasOwn(TESTS, wanted ?? '') ? [TESTS[wanted]] : Object.values(TESTS);
const more = Object.hasOwn(TESTS, wanted ?? '') ? others : process.argv.slice(2);
console.log(`${FUZZ_RUNS} inputs for each property, ${FUZZ_FLOWS} flows. To repeat: FUZZ_SEED=${FUZZ_SEED} npm run fuzz`);
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const { status } = spawnSync(
	process.execPath,
	[jest, '--testPathPatterns', `(${chosen.join('|')})\\.test\\.ts$`, '--testTimeout', '7200000', '--verbose', '--runInBand', ...more],
	{ cwd: root, stdio: 'inherit', env: { ...process.env, FUZZ_RUNS, FUZZ_FLOWS, FUZZ_SEED } },
);
process.exit(status ?? 1);
