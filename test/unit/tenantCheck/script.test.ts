/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs beside n8n, not in it */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GZIP_FILE_CONTENT, SMALL_FILE_CONTENT, UNICODE, WORD, WORD_HEX, ownFiles } from '../../../playground/tenantCheck/acting/ownFiles';

const folder = join(__dirname, '..', '..', '..', 'playground', 'tenantCheck', 'script');

test('the shell script prints its arguments, Unicode and verdict, writes two files, deletes them, and ends with 4', () => {
	const target = mkdtempSync(join(tmpdir(), 'tenant-check-'));
	const files = ownFiles({ windows: false });
	const run = (step: 'write' | 'clean' | 'none') =>
		spawnSync('sh', ['-c', `sh '${join(folder, files.scriptName)}' ${files.args(step)}`], {
			encoding: 'utf8',
			env: { ...process.env, N8N_TENANT_CHECK_FOLDER: target, LC_ALL: 'C' },
		});
	const written = run('write');
	expect(written.status).toBe(4);
	expect(written.stderr).toBe('');
	expect(written.stdout.split('\n')).toEqual([
		'n8n tenant check',
		'STEP=write',
		`WORD=${WORD}`,
		`HEX=${WORD_HEX}`,
		'NUMBER=4711',
		`UNICODE=${UNICODE}`,
		'CULTURE=C',
		'FILES=2',
		'RESULT=4',
		'',
	]);
	expect(readFileSync(join(target, 'n8n-tenant-check.txt'))).toEqual(SMALL_FILE_CONTENT);
	expect(readFileSync(join(target, 'n8n-tenant-check.gz'))).toEqual(GZIP_FILE_CONTENT);
	expect(run('none')).toMatchObject({ status: 4, stdout: expect.stringContaining('FILES=2') as string });
	expect(run('clean')).toMatchObject({ status: 4, stdout: expect.stringContaining('FILES=0') as string });
	expect(readdirSync(target)).toEqual([]);
	rmSync(target, { recursive: true });
});

// PowerShell itself is not at hand here: what can be read of the script is compared with the one for sh.
test('the PowerShell script prints the same lines, holds the same file, and is plain ASCII', () => {
	const [ps1, sh] = ['n8n-tenant-check.ps1', 'n8n-tenant-check.sh'].map((name) => readFileSync(join(folder, name), 'utf8'));
	const names = (text: string) => [...new Set([...text.matchAll(/['"]([A-Z]+)=/g)].map(([, name]) => name))];
	expect(names(ps1)).toEqual(names(sh));
	expect(ps1).toContain(GZIP_FILE_CONTENT.toString('base64'));
	expect(ps1).toMatch(/exit 4\s*$/);
	expect(Buffer.from(ps1 + sh).every((byte) => byte < 128)).toBe(true);
	expect(Buffer.from(ownFiles({ windows: true }).args('write')).toString()).not.toMatch(/[;&|!$()]/);
});

test('every sign-in code that the node explains is explained here too', () => {
	const root = join(__dirname, '..', '..', '..');
	const node = readFileSync(join(root, 'nodes', 'DefenderLiveResponse', 'service', 'errors.ts'), 'utf8');
	const own = readFileSync(join(root, 'playground', 'tenantCheck', 'advice', 'signIn.ts'), 'utf8');
	const codes = [...node.matchAll(/AADSTS\d+/g)].map(([code]) => code);
	for (const code of codes) expect(own).toContain(`${code}:`);
});
