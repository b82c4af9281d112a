/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import type { ICredentialType, INodeType } from 'n8n-workflow';
import { OPERATIONS } from '../../nodes/DefenderLiveResponse/operations';
import manifest from '../../package.json';

const ROOT = join(__dirname, '..', '..');

/** Not jest's: n8n's lint plugin takes file names for made up when NODE_ENV is "test". */
const env = { ...process.env, NODE_ENV: undefined };

let folder: string;
/** The package as a user gets it: packed, then unpacked. */
let unpacked: string;

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'package-'));
	execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
		cwd: ROOT,
		shell: process.platform === 'win32',
	});
	const [tarball] = readdirSync(folder);
	unpacked = join(folder, 'unpacked');
	mkdirSync(unpacked);
	execFileSync('tar', ['-xzf', join(folder, tarball), '-C', unpacked, '--strip-components=1']);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function filesBelow(place: string): string[] {
	return readdirSync(place, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
}

it('requires nothing but what n8n provides', () => {
	const scripts = filesBelow(unpacked).filter((file) => file.endsWith('.js'));
	expect(scripts.length).toBeGreaterThan(20);
	const required = scripts.flatMap((file) =>
		[...readFileSync(file, 'utf8').matchAll(/\b(?:require|import)\(\s*["']([^"']+)["']\s*\)|\bfrom ["']([^"']+)["']/g)].map(
			(match) => match[1] ?? match[2],
		),
	);
	const foreign = new Set(required.filter((name) => !name.startsWith('.')));
	expect([...foreign].sort()).toEqual(['n8n-workflow', 'node:crypto', 'zod']);
});

it('ships dist and what npm always adds, and no runtime dependencies', () => {
	const shipped = filesBelow(unpacked).map((file) => file.slice(unpacked.length + 1).split(/[\\/]/)[0]);
	expect([...new Set(shipped)].sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
	const packed = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as Record<string, unknown>;
	expect(packed.dependencies).toBeUndefined();
	expect(packed.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	expect(packed.n8n).toMatchObject({ strict: true, n8nNodesApiVersion: 1 });
	expect(filesBelow(unpacked).filter((file) => /\.test\.|tsbuildinfo/.test(file))).toEqual([]);
});

/** Loads a class as n8n does: in a context of its own, by the file's name up to the first dot. */
function loadLikeN8n<T>(file: string): T {
	const [className] = basename(file).split('.');
	const context = createContext({ require });
	return runInContext(`new (require(${JSON.stringify(join(ROOT, file))}).${className})()`, context) as T;
}

it.each(manifest.n8n.nodes)('%s loads by its file name, with codex and icons beside it', (file) => {
	expect(existsSync(join(unpacked, file))).toBe(true);
	const { description } = loadLikeN8n<INodeType>(file);
	expect(`${description.name.charAt(0).toUpperCase()}${description.name.slice(1)}.node.js`).toBe(basename(file));
	const codex = JSON.parse(readFileSync(join(unpacked, file.replace(/\.js$/, '.json')), 'utf8')) as { node: string };
	expect(codex.node).toBe(`${manifest.name}.${description.name}`);
	if (!description.group.includes('trigger')) {
		expect(filesBelow(join(unpacked, file, '..', '__schema__'))).toHaveLength(OPERATIONS.length);
	}
	const { light, dark } = description.icon as { light: string; dark: string };
	expect(light).not.toBe(dark);
	for (const icon of [light, dark]) {
		expect(existsSync(join(unpacked, file, '..', icon.replace('file:', '')))).toBe(true);
	}
});

it.each(manifest.n8n.credentials)('%s loads by its file name, with icons beside it', (file) => {
	expect(existsSync(join(unpacked, file))).toBe(true);
	const credential = loadLikeN8n<ICredentialType>(file);
	expect(`${credential.name.charAt(0).toUpperCase()}${credential.name.slice(1)}.credentials.js`).toBe(basename(file));
	for (const icon of Object.values(credential.icon as { light: string; dark: string })) {
		expect(existsSync(join(unpacked, file, '..', icon.replace('file:', '')))).toBe(true);
	}
});

it('passes n8n’s scanner, tarball and sources', () => {
	const sources = join(folder, 'sources');
	for (const name of ['package.json', 'nodes', 'credentials', 'icons']) {
		cpSync(join(ROOT, name), join(sources, name), { recursive: true });
	}
	const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'tools', 'lint', 'scan.mjs'), unpacked, sources], {
		encoding: 'utf8',
		env,
	});
	expect(`${stdout}${status === 0 ? '' : stderr}`).toBe('tarball: passed\nsources: passed\n');
});

it('passes n8n’s lint in strict mode', () => {
	const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'lint.mjs')], { cwd: ROOT, encoding: 'utf8', env });
	expect(status === 0 ? '' : stdout + stderr).toBe('');
});

it('has no lint exceptions in what is shipped', () => {
	const sources = ['nodes', 'credentials'].flatMap((name) => filesBelow(join(ROOT, name)));
	expect(sources.filter((file) => /eslint-disable|@ts-(ignore|expect-error|nocheck)/.test(readFileSync(file, 'utf8')))).toEqual([]);
});
