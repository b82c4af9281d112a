/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs beside n8n, not in it */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IRunExecutionData } from 'n8n-workflow';
import { CACHE_FOLDER } from '../../playground/n8n/cacheFolder';
import { EXAMPLE_FILES } from '../../playground/n8n/examples';
import { freePort } from '../../playground/n8n/freePort';
import { installN8n, NEWEST } from '../../playground/n8n/install';
import { parseExecutionData } from '../../playground/n8n/readDatabase';
import { NOT_ENDED } from './endedExecution';
import { until } from './until';

const ROOT = join(__dirname, '..', '..');

/** A developer's machine: what the command writes below it is what it leaves behind. */
const folder = mkdtempSync(join(tmpdir(), 'developer-'));
const home = join(folder, 'home');
const temporary = join(folder, 'tmp');

const first = JSON.parse(readFileSync(join(ROOT, 'examples', 'run-script-and-branch.json'), 'utf8')) as { id: string; name: string };

let child: ReturnType<typeof spawn>;
let printed = '';
let ended: Promise<number | null>;
let url: string;

/** What the line of this name says. */
const value = (name: string) => new RegExp(`^ {2}${name} +(.+)$`, 'm').exec(printed)?.[1];

beforeAll(async () => {
	for (const each of [home, temporary]) mkdirSync(each);
	url = `http://127.0.0.1:${await freePort()}`;
	// As `npm run n8n` calls it; npm itself would keep files below the home.
	child = spawn(
		process.execPath,
		[join('node_modules', 'tsx', 'dist', 'cli.mjs'), join('playground', 'n8n', 'cli.ts'), '--port', new URL(url).port],
		{
			cwd: ROOT,
			env: { ...process.env, HOME: home, TMPDIR: temporary, N8N_INSTALLATIONS: CACHE_FOLDER, XDG_CACHE_HOME: undefined },
		},
	);
	for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (data: Buffer) => (printed += data.toString()));
	ended = new Promise((resolve) => child.once('close', resolve));
	let isOver = false;
	void ended.then(() => (isOver = true));
	await until('ready', () => {
		if (isOver) throw new Error(`It ended:\n${printed}`);
		return printed.includes('Ctrl-C');
	});
});

afterAll(async () => {
	child.kill('SIGKILL');
	await ended;
	rmSync(folder, { recursive: true, force: true });
});

describe('npm run n8n', () => {
	let cookie: string;

	const call = async (method: string, path: string, body?: object) => {
		const headers = { 'content-type': 'application/json', 'browser-id': 'playground', cookie };
		const answer = await fetch(`${url}/rest${path}`, { method, headers, body: body && JSON.stringify(body) });
		return (await answer.json()) as { data: unknown };
	};

	it('prints the address of the first example, and an account that can sign in', async () => {
		expect(value('Address')).toBe(`${url}/workflow/${first.id}`);
		const body = JSON.stringify({ emailOrLdapLoginId: value('Email'), password: value('Password') });
		const headers = { 'content-type': 'application/json', 'browser-id': 'playground' };
		const answer = await fetch(`${url}/rest/login`, { method: 'POST', headers, body });
		expect(answer.status).toBe(200);
		cookie = answer.headers.getSetCookie()[0].split(';')[0];
	});

	it('has the examples and the credential, which passes its test', async () => {
		const { data: workflows } = (await call('GET', '/workflows')) as { data: Array<{ name: string }> };
		expect(workflows).toHaveLength(EXAMPLE_FILES.length);
		expect(workflows.map(({ name }) => name)).toContain(first.name);
		const { data } = await call('GET', '/credentials/defender?includeData=true');
		const { data: tested } = await call('POST', '/credentials/test', { credentials: data as object });
		expect(tested).toMatchObject({ status: 'OK' });
	});

	it('runs the first example to its end within 90 seconds, and shows every branch', async () => {
		const { data } = await call('GET', `/workflows/${first.id}`);
		const started = Date.now();
		const { data: run } = await call('POST', `/workflows/${first.id}/run`, {
			workflowData: data as object,
			triggerToStartFrom: { name: 'Start' },
		});
		const { executionId } = run as { executionId: string };
		let execution = { status: 'new', data: '' };
		await until('ended', async () => {
			execution = (await call('GET', `/executions/${executionId}`)).data as typeof execution;
			return !NOT_ENDED.includes(execution.status);
		});
		expect(execution.status).toBe('success');
		expect(Date.now() - started).toBeLessThan(90_000);
		const { resultData } = parseExecutionData(await installN8n(NEWEST), execution.data) as IRunExecutionData;
		for (const branch of ['Compliant', 'Findings', 'No Verdict']) expect(Object.keys(resultData.runData)).toContain(branch);
	});

	it('stops at Ctrl-C, and leaves nothing behind', async () => {
		child.kill('SIGINT');
		expect(await ended).toBe(0);
		await expect(fetch(url)).rejects.toThrow('fetch failed');
		expect(readdirSync(home)).toEqual([]);
		// tsx, which compiles the command, keeps what it compiled.
		expect(readdirSync(temporary).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
	});
});
