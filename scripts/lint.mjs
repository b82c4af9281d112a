// `npm run lint`: n8n's own lint (strict mode), the format, the workflows of GitHub, then the types. `--fix` is passed on to n8n's.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, 'tools', 'lint', 'node_modules');
const commands = [
	[join(tools, '@n8n', 'node-cli', 'bin', 'n8n-node.mjs'), 'lint', ...process.argv.slice(2)],
	[join(tools, 'prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'],
	[join(root, 'tools', 'lint', 'workflows.mjs')],
	[join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.check.json'],
];
for (const command of commands) {
	const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
	if (status !== 0) process.exit(status ?? 1);
}
