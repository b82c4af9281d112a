// `npm run test:e2e [jest's arguments]`: brings n8n, a browser, Redis and PostgreSQL where they are missing, then runs the suite.
// With `-- --url <address> [--host <name>]` it tries an n8n that runs elsewhere instead: see CONTRIBUTING.md.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const asked = process.argv.slice(2);

/** The value of an argument, which jest does not see. */
function taken(name) {
	const place = asked.indexOf(name);
	return place < 0 ? undefined : asked.splice(place, 2)[1];
}

const url = taken('--url')?.replace(/\/+$/, '');
const host = taken('--host') ?? 'host.docker.internal';
if (url) asked.push('elsewhere');

function run(...args) {
	// Pictures and docs/e2e.md are of the whole suite.
	const env = { ...process.env, ...(asked.length === 0 && { E2E_REPORT: '1' }), ...(url && { E2E_URL: url, E2E_HOST: host }) };
	const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
	if (status !== 0) process.exit(status ?? 1);
}

const tsx = join('node_modules', 'tsx', 'dist', 'cli.mjs');
if (!url) {
	run(tsx, join('playground', 'n8n', 'systemPackages.ts'));
	run(tsx, join('playground', 'n8n', 'install.ts'));
}
run(join('node_modules', 'jest', 'bin', 'jest.js'), '--config', 'jest.e2e.config.js', ...asked);
