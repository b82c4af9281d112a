// Who owns the package.
//
//   npm run owner -- --repository https://github.com/OWNER/NAME --author 'NAME' --email ADDRESS
//       writes these names wherever the old ones are: package.json, the nodes' and the credential's links, README, SECURITY.md …
//   node scripts/owner.mjs check
//       runs before `npm publish`: refuses while a placeholder is left, and outside a release
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (file) => readFileSync(join(root, file), 'utf8');
const repositoryOf = ({ repository }) => repository.url.replace(/^git\+/, '').replace(/\.git$/, '');

/** The placeholder texts of an owner that is not entered yet. */
function placeholders() {
	const { author, repository, name } = JSON.parse(read('package.json'));
	const found = [];
	if (author.email.endsWith('.example')) found.push(`the author's email ${author.email}`);
	if (repositoryOf({ repository }).includes(`/${name}/`)) found.push(`the repository ${repositoryOf({ repository })}`);
	return found;
}

function check() {
	const found = placeholders();
	if (found.length > 0) {
		console.error(`These are placeholders: ${found.join(', ')}. Enter the owner with: npm run owner (see RELEASING.md)`);
	}
	// A dry run publishes nothing, and shows what would be published.
	if (process.env.npm_config_dry_run === 'true') return 0;
	if (found.length > 0) return 1;
	const setup = spawnSync(process.execPath, [join('scripts', 'setup.mjs'), 'lint-tools'], { cwd: root, stdio: 'inherit' });
	if (setup.status !== 0) return setup.status ?? 1;
	// n8n's own check: refuses outside `npm run release`.
	const tool = join('node_modules', '.bin', 'n8n-node');
	return spawnSync(process.execPath, [tool, 'prerelease'], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

function enter(args) {
	const text = { type: 'string' };
	const { values } = parseArgs({ args, options: { repository: text, author: text, email: text } });
	const { repository, author, email } = values;
	if (!/^https:\/\/github\.com\/[\w.-]+\/[\w.-]+$/.test(repository ?? '') || !author || !/^\S+@\S+\.\S+$/.test(email ?? '')) {
		console.error("Use: npm run owner -- --repository https://github.com/OWNER/NAME --author 'NAME' --email ADDRESS");
		return 1;
	}
	const old = JSON.parse(read('package.json'));
	const path = (url) => new URL(url).pathname.slice(1);
	// The path alone is in the addresses of pictures as well.
	const pairs = [
		[path(repositoryOf(old)), path(repository)],
		[old.author.name, author],
		[old.author.email, email],
	];
	const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
	for (const file of tracked) {
		if (!/\.(md|json|ts|ya?ml)$|^LICENSE$/.test(file) || file.endsWith('package-lock.json')) continue;
		const before = read(file);
		const after = pairs.reduce((written, [from, to]) => written.replaceAll(from, to), before);
		if (after === before) continue;
		writeFileSync(join(root, file), after);
		console.log(`Changed ${file}`);
	}
	return 0;
}

const args = process.argv.slice(2);
process.exitCode = args[0] === 'check' ? check() : enter(args);
