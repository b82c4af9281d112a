// Brings up what a command needs, so that each works on a fresh checkout: `node scripts/setup.mjs [part…]`.
// Uses nothing but Node, since nothing is installed before it has run.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// Below node_modules, where git and every tool leave it alone.
const cache = join(root, 'node_modules', '.cache', 'defender-live-response');

function run(command, args, options = {}) {
	const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32', ...options });
	if (error || status !== 0) {
		console.error(`\n${command} ${args.join(' ')} did not finish${error ? `: ${error.message}` : ''}.`);
		process.exit(status || 1);
	}
}

function fingerprint(...files) {
	const hash = createHash('sha256');
	for (const file of files) hash.update(readFileSync(file));
	return hash.digest('hex');
}

/** Runs `make` unless its stamp says that it was done with the same input. */
function once(stamp, input, make) {
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === input) return;
	make();
	mkdirSync(dirname(stamp), { recursive: true });
	writeFileSync(stamp, input);
}

/** Packages of a folder, exactly as its lock file says. */
function install(folder, what) {
	// npm would delete packages of another lock file from the folder.
	if (lstatSync(join(folder, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return;
	const input = fingerprint(join(folder, 'package.json'), join(folder, 'package-lock.json')) + process.version;
	once(join(folder, 'node_modules', '.setup'), input, () => {
		console.log(`Installing ${what} …`);
		const started = Date.now();
		run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
		console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
	});
}

/** Makes a tool's command one of the repository's own, for `npx` and the scripts of package.json. */
function link(tools, name) {
	const command = join(root, 'node_modules', '.bin', name);
	rmSync(command, { force: true });
	symlinkSync(realpathSync(join(tools, 'node_modules', '.bin', name)), command);
}

function newest(folder) {
	return Math.max(
		...readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs),
	);
}

/** What stands where a package would be that n8n's nodes load but that nothing here ever calls. */
const leftOutModule = (name) => `// Written by scripts/setup.mjs.
const fail = () => {
	throw new Error('${name} is left out beside these nodes: see leftOut in playground/engine/base-nodes.json');
};
module.exports = new Proxy(function () {}, {
	apply: fail,
	construct: fail,
	// Loading it asks whether it is an ES module.
	get: (_target, key) => (key === '__esModule' || typeof key === 'symbol' ? undefined : fail()),
});
`;

const parts = {
	/** n8n's lint tools are larger than everything else together, so they stay out of `npm ci`. */
	'lint-tools'() {
		const tools = join(root, 'tools', 'lint');
		install(tools, "n8n's lint tools");
		// eslint.config.mjs must be n8n's own, which imports node-cli from here, and n8n-node looks for eslint here.
		// No link to the folder: npm would follow it and tidy up behind it.
		for (const name of ['eslint', 'n8n-node']) link(tools, name);
		const stub = join(root, 'node_modules', '@n8n', 'node-cli');
		if (existsSync(stub)) return;
		mkdirSync(stub, { recursive: true });
		writeFileSync(
			join(stub, 'package.json'),
			'{ "name": "@n8n/node-cli", "version": "0.0.0", "exports": { "./eslint": "./eslint.cjs" } }\n',
		);
		const config = join(tools, 'node_modules', '@n8n', 'node-cli', 'dist', 'configs', 'eslint.js');
		writeFileSync(join(stub, 'eslint.cjs'), `module.exports = require(${JSON.stringify(config)});\n`);
	},

	/** What `n8n-node release` calls on a maintainer's machine. */
	'release-tools'() {
		const tools = join(root, 'tools', 'release');
		install(tools, 'the tools of a release');
		for (const name of ['release-it', 'auto-changelog']) link(tools, name);
	},

	/** Stryker, for `npm run mutation` alone. */
	'mutation-tools'() {
		install(join(root, 'tools', 'mutation'), 'Stryker');
	},

	/** n8n's own nodes (Manual Trigger, Edit Fields, If …) without their 2 GB of dependencies. */
	'base-nodes'() {
		const { version, sha512, leftOut } = JSON.parse(readFileSync(join(root, 'playground', 'engine', 'base-nodes.json'), 'utf8'));
		const folder = join(cache, `n8n-nodes-base-${version}`);
		once(join(folder, '.setup'), sha512, () => {
			console.log("Fetching n8n's own nodes …");
			rmSync(folder, { recursive: true, force: true });
			mkdirSync(folder, { recursive: true });
			run('npm', ['pack', `n8n-nodes-base@${version}`, '--silent', '--pack-destination', folder], {
				stdio: ['ignore', 'ignore', 'inherit'],
			});
			const tarball = join(folder, `n8n-nodes-base-${version}.tgz`);
			const digest = createHash('sha512').update(readFileSync(tarball)).digest('base64');
			if (digest !== sha512) {
				console.error('n8n-nodes-base is not the package that was expected.');
				process.exit(1);
			}
			run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
			rmSync(tarball);
		});
		// The HTTP Request node loads a browser's DOM, and the Wait node what it needs for forms and webhooks. Seen from
		// n8n's nodes these modules are nearer than the repository's own, and from nowhere else are they seen at all.
		once(join(folder, 'node_modules', '.setup'), fingerprint(fileURLToPath(import.meta.url)) + leftOut.join(), () => {
			for (const name of leftOut) {
				mkdirSync(join(folder, 'node_modules', name), { recursive: true });
				writeFileSync(join(folder, 'node_modules', name, 'index.js'), leftOutModule(name));
			}
		});
	},

	build() {
		const sources = ['credentials', 'nodes', 'icons'].map((name) => newest(join(root, name)));
		const input = String(Math.max(...sources)) + fingerprint(join(root, 'package.json'), join(root, 'tsconfig.json'));
		if (!existsSync(join(root, 'dist'))) rmSync(join(cache, 'built'), { force: true });
		once(join(cache, 'built'), input, () => {
			console.log('Building …');
			run('npm', ['run', '--silent', 'build']);
		});
	},
};

install(root, 'packages (about a minute on two cores)');
for (const part of process.argv.slice(2)) parts[part]();
