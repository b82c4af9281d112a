/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** Nothing of the test runner's, and no npm command around it. */
const env = Object.fromEntries(Object.entries({ ...process.env, NODE_ENV: undefined }).filter(([name]) => !/^npm_/i.test(name)));

/** The sources as a clone has them: nothing is built. */
let clone: string;

beforeAll(() => {
	clone = mkdtempSync(join(tmpdir(), 'clone-'));
	const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' });
	for (const file of tracked.split('\0').filter((name) => name && existsSync(join(ROOT, name)))) {
		cpSync(join(ROOT, file), join(clone, file));
	}
	symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
	symlinkSync(join(ROOT, 'tools', 'lint', 'node_modules'), join(clone, 'tools', 'lint', 'node_modules'));
});

afterAll(() => rmSync(clone, { recursive: true, force: true }));

function npm(args: string[], more: Record<string, string> = {}) {
	return spawnSync('npm', args, { cwd: clone, encoding: 'utf8', env: { ...env, ...more }, shell: process.platform === 'win32' });
}

/** What npm would pack, without building it. */
function packed(): string[] {
	const { stdout } = npm(['pack', '--dry-run', '--json', '--ignore-scripts']);
	const [{ files }] = JSON.parse(stdout) as Array<{ files: Array<{ path: string }> }>;
	return files.map(({ path }) => path).sort();
}

it('npm pack of a clone builds what it packs, and n8n’s own tool builds the same', () => {
	expect(packed().filter((path) => path.startsWith('dist/'))).toEqual([]);
	const { status, stderr } = npm(['pack', '--silent']);
	expect(status === 0 ? '' : stderr).toBe('');
	const ours = packed();
	expect(ours).toContain('dist/nodes/DefenderLiveResponse/DefenderLiveResponse.node.js');
	const contentOf = (path: string) => {
		const text = readFileSync(join(clone, path), 'utf8');
		// The one writes the schemas as they are, the other as the compiler formats them.
		return path.endsWith('.json') ? JSON.stringify(JSON.parse(text)) : text;
	};
	const contents = () => ours.filter((path) => path.startsWith('dist/')).map(contentOf);
	const built = contents();

	const tool = spawnSync(join(ROOT, 'node_modules', '.bin', 'n8n-node'), ['build'], { cwd: clone, encoding: 'utf8', env });
	expect(tool.status).toBe(0);
	expect(packed()).toEqual(ours);
	expect(contents()).toEqual(built);
});

describe('before it is published', () => {
	const publish = (...args: string[]) => npm(['publish', '--provenance=false', ...args]);

	it('a dry run shows the whole package, and says which placeholders are left', () => {
		const { status, stdout, stderr } = publish('--dry-run');
		expect(status).toBe(0);
		expect(stderr).toContain('These are placeholders');
		expect(stdout + stderr).toContain('dist/nodes/DefenderLiveResponse/DefenderLiveResponse.node.js');
	});

	it('npm publish is refused while a placeholder is left', () => {
		const { status, stderr } = publish();
		expect(status).not.toBe(0);
		expect(stderr).toContain('npm run owner');
	});

	it('npm run owner enters the owner everywhere', () => {
		execFileSync('git', ['init', '--quiet'], { cwd: clone });
		execFileSync('git', ['add', '--all', '.'], { cwd: clone });
		const owner = ['--repository', 'https://github.com/contoso/n8n-defender', '--author', 'Contoso SOC', '--email', 'soc@contoso.com'];
		expect(npm(['run', '--silent', 'owner', '--', ...owner]).status).toBe(0);
		for (const file of [
			'package.json',
			'credentials/MicrosoftDefenderOAuth2Api.credentials.ts',
			'nodes/DefenderLiveResponse/DefenderLiveResponse.node.json',
			'nodes/DefenderLiveResponse/DefenderLiveResponseTrigger.node.json',
		]) {
			expect(readFileSync(join(clone, file), 'utf8')).toContain('https://github.com/contoso/n8n-defender');
		}
		const left = spawnSync('git', ['grep', '-lE', '(github|githubusercontent).com/n8n-nodes-defender|maintainers@', '--', '.', ':!test'], {
			cwd: clone,
			encoding: 'utf8',
		});
		expect(left.stdout).toBe('');
	});

	it('says how the owner is entered where a name is missing', () => {
		const before = readFileSync(join(clone, 'package.json'), 'utf8');
		const { status, stderr } = npm(['run', '--silent', 'owner', '--', '--repository', 'contoso']);
		expect(status).not.toBe(0);
		expect(stderr).toContain('npm run owner -- --repository');
		expect(readFileSync(join(clone, 'package.json'), 'utf8')).toBe(before);
		writeFileSync(join(clone, 'package.json'), before);
	});
});
