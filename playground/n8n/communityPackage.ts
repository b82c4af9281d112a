/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs beside n8n, not in it */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import manifest from '../../package.json';

const ROOT = join(__dirname, '..', '..');

/**
 * Puts the built package into a home of n8n as n8n installs a community package: the tarball that npm would publish,
 * unpacked, without what is for development. It has no dependencies of its own to install.
 */
export function addOwnPackage(n8nFolder: string): void {
	const packed = mkdtempSync(join(tmpdir(), 'packed-'));
	execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', packed], {
		cwd: ROOT,
		stdio: ['ignore', 'ignore', 'pipe'],
		shell: process.platform === 'win32',
	});
	const [tarball] = readdirSync(packed);
	const place = join(n8nFolder, 'nodes', 'node_modules', manifest.name);
	rmSync(place, { recursive: true, force: true });
	mkdirSync(place, { recursive: true });
	execFileSync('tar', ['-xzf', join(packed, tarball), '-C', place, '--strip-components=1']);
	rmSync(packed, { recursive: true });
	const file = join(place, 'package.json');
	const leftOut = ['devDependencies', 'peerDependencies', 'optionalDependencies'];
	const entries = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>);
	writeFileSync(file, JSON.stringify(Object.fromEntries(entries.filter(([name]) => !leftOut.includes(name))), null, 2));
}
