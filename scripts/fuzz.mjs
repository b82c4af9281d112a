// `npm run fuzz`: every property with 100,000 generated inputs. FUZZ_RUNS asks for another number, FUZZ_SEED repeats a run.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { FUZZ_RUNS = '100000', FUZZ_SEED = String(randomInt(2 ** 31)) } = process.env;
console.log(`${FUZZ_RUNS} inputs for each property. To repeat: FUZZ_SEED=${FUZZ_SEED} npm run fuzz`);
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const { status } = spawnSync(
	process.execPath,
	[jest, '--testPathPatterns', 'AnyInput\\.test\\.ts$', '--testTimeout', '600000', '--verbose', '--runInBand', ...process.argv.slice(2)],
	{ cwd: root, stdio: 'inherit', env: { ...process.env, FUZZ_RUNS, FUZZ_SEED } },
);
process.exit(status ?? 1);
