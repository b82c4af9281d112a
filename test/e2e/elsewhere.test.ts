/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs beside n8n, not in it */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { openElsewhere } from '../../playground/n8n/elsewhere';
import { installN8n, NEWEST } from '../../playground/n8n/install';
import type { N8nEditor } from '../../playground/n8n/n8nEditor';
import { OWNER } from '../../playground/n8n/n8nEditor';
import { N8nHome } from '../../playground/n8n/n8nHome';
import { runInEditor } from './endedExecution';
import { until } from './until';

const ROOT = join(__dirname, '..', '..');

/** Bringing n8n takes longer than everything else, but only once. */
const MAX_MS = 20 * 60_000;

/** `npm run test:e2e -- --url` names an n8n; else one is started that knows nothing of this process. */
const { E2E_URL, E2E_HOST = '127.0.0.1' } = process.env;

let home: N8nHome | undefined;
let editor: N8nEditor;
let command: ChildProcess;
let printed = '';

beforeAll(async () => {
	let url = E2E_URL;
	if (url === undefined) {
		home = new N8nHome(await installN8n(NEWEST));
		({ url } = await home.start());
	}
	// Where n8n is new, it gets its account now; the command signs in to it.
	editor = await openElsewhere(url);
	const env = { ...process.env, N8N_EMAIL: process.env.N8N_EMAIL ?? OWNER.email, N8N_PASSWORD: process.env.N8N_PASSWORD ?? OWNER.password };
	const args = [join('node_modules', 'tsx', 'dist', 'cli.mjs'), join('playground', 'n8n', 'cli.ts'), '--url', url, '--host', E2E_HOST];
	command = spawn(process.execPath, args, { cwd: ROOT, env });
	let isOver = false;
	for (const stream of [command.stdout!, command.stderr!]) stream.on('data', (data: Buffer) => (printed += data.toString()));
	command.once('close', () => (isOver = true));
	await until('the examples are there', () => {
		if (isOver) throw new Error(`It ended:\n${printed}`);
		return printed.includes('Ctrl-C');
	});
}, MAX_MS);

afterAll(async () => {
	command?.kill('SIGINT');
	await home?.remove();
});

describe('an n8n that runs elsewhere', () => {
	it('runs the first example, which the command has put there, and shows every branch', async () => {
		const [, id] = /\/workflow\/(\w+)/.exec(printed)!;
		const { data } = await editor.call('GET', `/workflows/${id}`);
		const installation = { folder: ROOT } as N8nHome['installation'];
		const ended = await runInEditor(editor, { installation }, data as { id: string }, { name: 'Start' });
		expect([ended.status, ended.error]).toEqual(['success', undefined]);
		for (const branch of ['Compliant', 'Findings', 'No Verdict']) expect([branch, ended.items(branch).length > 0]).toEqual([branch, true]);
	});

	it("has nothing in its examples that n8n's report on the move to 3.0 finds", async () => {
		// One of which n8n says so, to see that the report reads workflows.
		const outdated = {
			name: 'Set',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			position: [0, 0],
			parameters: { value: '={{ $getPairedItem() }}' },
		};
		const { data: made } = await editor.call('POST', '/workflows', { name: 'Outdated', nodes: [outdated], connections: {}, settings: {} });
		const { status, data } = await editor.call('POST', '/breaking-changes/report/refresh?version=v3');
		await editor.call('POST', `/workflows/${(made as { id: string }).id}/archive`);
		// n8n 3 itself reports on what comes after it.
		if (status !== 200 && E2E_URL !== undefined) return;
		const { report } = data as { report: { workflowResults: Array<{ ruleId: string; nbAffectedWorkflows: number }> } };
		expect(report.workflowResults).toEqual([expect.objectContaining({ ruleId: 'get-paired-item-v3', nbAffectedWorkflows: 1 })]);
	});
});
