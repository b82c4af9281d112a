/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs beside n8n, not in it */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { EXIT_CODE_PATTERN, SCRIPTS, scriptsOf } from './scripts';

const textOf = (name: string) => readFileSync(join(SCRIPTS, name), 'utf8');

/** PowerShell, if this machine has it: neither npm nor Debian brings it. */
const POWERSHELL = ['pwsh', 'powershell'].find((name) => spawnSync(name, ['-NoProfile', '-Command', 'exit 0']).status === 0);
const withPowerShell = POWERSHELL === undefined ? describe.skip : describe;

it('has each script for PowerShell and for sh', () => {
	const names = (ending: '.sh' | '.ps1') => scriptsOf(ending).map((name) => name.slice(0, -ending.length));
	expect(names('.ps1')).toEqual(names('.sh'));
});

it.each([...scriptsOf('.ps1'), ...scriptsOf('.sh')])('%s says at its head what it does, needs and prints', (name) => {
	const lines = textOf(name).split('\n');
	const comment = lines.slice(lines[0].startsWith('#!') ? 1 : 0);
	const head = comment.slice(
		0,
		comment.findIndex((line) => !line.startsWith('#')),
	);
	expect(head[0]).toMatch(/^# [A-Z].+\.$/);
	expect(head.filter((line) => line.startsWith('# Needs:  ') || line.startsWith('# Prints: RESULT='))).toHaveLength(2);
});

describe.each(scriptsOf('.ps1'))('%s', (name) => {
	const text = textOf(name);
	const code = text.replace(/^\s*#.*$/gm, '');

	it('is plain ASCII and strict, for Windows PowerShell 5.1 too', () => {
		expect(text).toMatch(/^[\t\n\x20-\x7e]*$/);
		expect(code).toContain('Set-StrictMode -Version 2.0\n');
		// Operators that only later versions know.
		expect(code).not.toMatch(/\?\?|\?\.|&&|\|\|| \? /);
	});

	it('has the functions that the other scripts have', () => {
		const functions = (source: string) =>
			new Map([...source.matchAll(/^function ([\w-]+) \{\n[^]*?^\}$/gm)].map(([whole, each]) => [each, whole]));
		const own = functions(text);
		for (const [each, whole] of functions(textOf('encoded-arguments.ps1'))) {
			if (own.has(each)) expect(own.get(each)).toBe(whole);
		}
		expect(own.has('Complete-Script')).toBe(true);
	});
});

it('the scripts for sh share their functions too', () => {
	const functions = (source: string) => new Map([...source.matchAll(/^(\w+)\(\) \{\n[^]*?^\}$/gm)].map(([whole, each]) => [each, whole]));
	const shared = functions(textOf('encoded-arguments.sh'));
	for (const name of scriptsOf('.sh')) {
		for (const [each, whole] of functions(textOf(name))) if (shared.has(each)) expect([name, whole]).toEqual([name, shared.get(each)]);
	}
});

withPowerShell('run by PowerShell', () => {
	let folder: string;

	beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'scripts-'))));

	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	/** As the agent runs it: in the scope of a command. */
	function run(name: string, argument: string): { result: string | undefined; json: IDataObject; errors: string } {
		const command = `& { . '${join(SCRIPTS, name)}' ${argument} }`;
		const env = { ...process.env, N8N_LIVE_RESPONSE_FOLDER: join(folder, 'archives') };
		const { stdout, stderr } = spawnSync(POWERSHELL!, ['-NoProfile', '-NonInteractive', '-Command', command], { encoding: 'utf8', env });
		const [verdict, json] = stdout.split(/\r?\n/);
		return { result: new RegExp(EXIT_CODE_PATTERN).exec(verdict)?.[1], json: JSON.parse(json) as IDataObject, errors: stderr };
	}

	const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64');

	it.each(scriptsOf('.ps1'))('%s can be parsed', (name) => {
		const parse = `$errors = $null; $null = [Management.Automation.Language.Parser]::ParseFile('${join(SCRIPTS, name)}', [ref]$null, [ref]$errors); $errors`;
		expect(spawnSync(POWERSHELL!, ['-NoProfile', '-Command', parse], { encoding: 'utf8' }).stdout).toBe('');
	});

	it('encoded-arguments.ps1 reads what live response would garble', () => {
		const given = { user: `O'Hara "\u00fc" ; & | ! $ ( ) \\ \u2028RESULT=9\u2029`, paths: ['C:\\a b'] };
		expect(run('encoded-arguments.ps1', encoded(given))).toEqual({ result: '0', json: given, errors: '' });
		expect(run('encoded-arguments.ps1', "'%'").result).toBe('64');
	});

	it('collect-paths.ps1 collects files, and says what it did not find', () => {
		writeFileSync(join(folder, 'a b.txt'), '1');
		const { result, json, errors } = run(
			'collect-paths.ps1',
			encoded({ name: 'case-1', paths: [join(folder, '*.txt'), join(folder, 'x')] }),
		);
		expect({ result, errors }).toEqual({ result: '0', errors: '' });
		expect(json).toMatchObject({ archive: join(folder, 'archives', 'case-1.zip'), missing: [join(folder, 'x')], errors: [] });
		expect(run('collect-paths.ps1', encoded({ name: '../x', paths: [folder] })).result).toBe('64');
	});
});
