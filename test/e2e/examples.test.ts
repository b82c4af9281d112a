/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import type { IDataObject } from 'n8n-workflow';
import type { Emulator } from '../../playground/emulator';
import { startEmulator } from '../../playground/emulator';
import { SCENES } from '../../playground/emulator/scenes';
import type { Example } from '../../playground/n8n/examples';
import { readExample } from '../../playground/n8n/examples';
import { installN8n, NEWEST, VERSIONS } from '../../playground/n8n/install';
import { N8nHome } from '../../playground/n8n/n8nHome';
import type { N8nServer } from '../../playground/n8n/n8nServer';
import type { ScriptedModel } from '../../playground/n8n/scriptedModel';
import { startScriptedModel } from '../../playground/n8n/scriptedModel';
import { SCRIPT } from '../support/actions';
import type { EndedExecution } from './endedExecution';
import { runInEditor, whenRun } from './endedExecution';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerMail } from './examples/approval';
import { createTable, rowsOf } from './examples/dataTable';
import { nodeOf, setDevices } from './examples/exampleNodes';
import type { MailServer } from './examples/mailServer';
import { startMailServer } from './examples/mailServer';
import { runAfterReview, triage } from './examples/triageModel';
import { firstPolls } from './firstPolls';
import { MODEL_CREDENTIAL } from './realWorkflow';
import { until } from './until';

/** Bringing n8n takes longer than everything else, but only once. */
const MAX_MS = 20 * 60_000;

/** Patience with devices that are offline, in minutes. */
const SHORT_WAIT = 0.25;

const NAMES = [
	'run-script-and-branch',
	'scheduled-sweep',
	'isolate-or-notify',
	'collect-file',
	'retry-unfinished',
	'ai-triage',
	'alert-to-evidence',
	'approve-agent-tool',
	'approve-before-run',
	'kill-switch',
	'library-in-step',
] as const;

/** The header by which n8n knows who sends alerts. */
const ALERT_HEADER = { name: 'X-Alert-Key', value: 'made up for this test' };

/** In the folder of `library-in-step`. The library has the first with other content, and the second as it is here. */
const SCRIPT_FILES = { 'changed.ps1': 'Get-Date', 'same.sh': 'date', 'new.ps1': 'Get-Item', 'notes.txt': 'not a script' };

const shortName = ({ computerDnsName, device }: IDataObject) => String(computerDnsName ?? device).split('.')[0];

describe.each(VERSIONS)('n8n %s', (version) => {
	let home: N8nHome;
	let server: N8nServer;
	let emulator: Emulator;
	let model: ScriptedModel;
	let mail: MailServer;
	/** Id of the data table that an example fills. */
	let table: string;
	/** The live response that has to be in it. */
	let watched: string;
	const examples = {} as Record<(typeof NAMES)[number], Example>;
	const isolationIds: Record<string, string> = {};

	beforeAll(async () => {
		emulator = await startEmulator({ limits: 'none', life: { pendingMs: 300, runMs: 300 } });
		model = await startScriptedModel((conversation) =>
			conversation.question.includes('starts by itself') ? runAfterReview(conversation) : triage(conversation),
		);
		mail = await startMailServer();
		SCENES.demo(emulator);
		for (const name of NAMES) examples[name] = readExample(`${name}.json`);
		home = new N8nHome(await installN8n(version));
		makeReady();
		await home.importCredentials([
			{ id: 'defender', name: 'Microsoft Defender', type: 'microsoftDefenderOAuth2Api', data: emulator.credentialData() },
			{ id: MODEL_CREDENTIAL, name: MODEL_CREDENTIAL, type: 'openAiApi', data: { apiKey: 'none', url: model.url } },
			{ id: 'smtp', name: 'SMTP account', type: 'smtp', data: mail.credentialData },
			{ id: 'alert-sender', name: 'Sender of alerts', type: 'httpHeaderAuth', data: ALERT_HEADER },
		]);
		await home.importWorkflows(Object.values(examples));
		server = await home.start();
		await server.setUpOwner();
		await keepTable();
	}, MAX_MS);

	afterAll(async () => {
		await home?.remove();
		await emulator?.close();
		model?.close();
		mail?.close();
	});

	/** Changes in the examples what a user would change, and less than that where it is possible. */
	function makeReady(): void {
		nodeOf(examples['run-script-and-branch'], 'Get Result').parameters.maxWaitMinutes = SHORT_WAIT;
		nodeOf(examples['scheduled-sweep'], 'Check Baseline').parameters.maxWaitMinutes = SHORT_WAIT;

		const check = (name: string, exitCode: number) =>
			emulator.addDevice({
				computerDnsName: `${name}.contoso.example`,
				scripts: { 'check-compromise.ps1': { exitCode, errors: `${name} said so` } },
			}).id;
		Object.assign(isolationIds, { clean: check('clean', 0), odd: check('odd', 1), bad: check('bad', 2), worse: check('worse', 2) });
		// Another user is isolating it.
		emulator.addAction({ type: 'Isolate', machineId: isolationIds.worse, status: 'Pending', commands: [] });
		const isolate = examples['isolate-or-notify'];
		setDevices(isolate, ['clean', 'odd', 'bad', 'worse', 'no-such']);
		// Microsoft Teams is not at hand; what would be said there is.
		const tell = nodeOf(isolate, 'Tell the Team');
		const assignments = { assignments: [{ id: 'message', name: 'message', value: tell.parameters.message, type: 'string' }] };
		Object.assign(tell, { type: 'n8n-nodes-base.set', typeVersion: 3.4, parameters: { assignments, options: {} } });

		const retry = (name: string, runMs: number) => {
			const scripts = { 'check-baseline.ps1': { exitCode: 0 } };
			return emulator.addDevice({ computerDnsName: `${name}.contoso.example`, scripts, life: { runMs } }).id;
		};
		retry('fast', 100);
		retry('slow', 4_000);
		emulator.setOffline(retry('never', 100), true);
		setDevices(examples['retry-unfinished'], ['fast', 'no-such', 'slow', 'never']);
		nodeOf(examples['retry-unfinished'], 'Wait').parameters = { amount: 1, unit: 'seconds' };

		const request = { script: 'list-persistence.ps1', reason: 'Case 4711', device: ['appr-01', 'appr-02'] };
		nodeOf(examples['approve-before-run'], 'Request').parameters.jsonOutput = JSON.stringify(request);

		// n8n numbers its executions itself, and the emulator's device has one file.
		const collect = nodeOf(examples['alert-to-evidence'], 'What to Collect');
		collect.parameters = JSON.parse(JSON.stringify(collect.parameters).replaceAll('$execution.id', '4711')) as typeof collect.parameters;

		const scripts = join(home.folder, '.n8n-files', 'scripts');
		mkdirSync(scripts, { recursive: true });
		for (const [name, content] of Object.entries(SCRIPT_FILES)) writeFileSync(join(scripts, name), content);
		nodeOf(examples['library-in-step'], 'Scripts').parameters.fileSelector = `${scripts}/*.{ps1,sh}`;

		const { id: machineId } = emulator.addDevice({ computerDnsName: 'triage-01.contoso.example' });
		emulator.addAction({ machineId, commands: [{ type: 'RunScript', name: SCRIPT, script: { exitCode: 3, output: 'Firewall off' } }] });
		for (const name of ['ai-triage', 'approve-agent-tool'] as const) {
			nodeOf(examples[name], 'Chat Model').credentials = { openAiApi: { id: MODEL_CREDENTIAL, name: MODEL_CREDENTIAL } };
		}
	}

	/** Makes the table and switches the example on that fills it; then a live response ends, while the others run. */
	async function keepTable(): Promise<void> {
		const columns = ['machineActionId', 'device', 'command', 'outcome', 'script', 'output'].map((name) => ({ name, type: 'string' }));
		table = await createTable(server, 'Live Responses', [
			...columns,
			...['exitCode', 'commandIndex'].map((name) => ({ name, type: 'number' })),
		]);
		const example = readExample('trigger-to-table.json');
		nodeOf(example, 'Write Row').parameters.dataTableId = { __rl: true, mode: 'id', value: table };
		// As the editor does when a file is imported there; only now it is known which table it is.
		const { data } = await server.call('POST', '/workflows', { ...example, id: undefined });
		expect(await server.activate((data as { id: string }).id)).toMatchObject({ status: 200 });
		await firstPolls(emulator, 1);
		const createdAt = emulator.now() - 1_000;
		// A device of its own, since a device runs one live response at a time.
		const { id: machineId } = emulator.addDevice({ computerDnsName: 'table-01.contoso.example' });
		const { id } = emulator.addAction({
			machineId,
			createdAt,
			endedAt: createdAt + 1_500,
			commands: [
				{ type: 'RunScript', name: SCRIPT, script: { exitCode: 3, output: 'Firewall off' } },
				{ type: 'GetFile', name: 'C:\\Temp\\evidence.txt', file: { content: 'found' } },
			],
		});
		watched = id;
	}

	/** Runs an example as the editor's button does. */
	async function run(name: (typeof NAMES)[number], trigger: string, data?: object): Promise<EndedExecution> {
		const ended = await runInEditor(server, home, examples[name], { name: trigger, data });
		expect({ name, status: ended.status, error: ended.error }).toEqual({ name, status: 'success' });
		return ended;
	}

	/** What the chat's window sends. */
	function chat(chatInput: string): object {
		const asked = { json: { action: 'sendMessage', sessionId: 'chat', chatInput } };
		return { startTime: Date.now(), executionTime: 0, executionStatus: 'success', source: [null], data: { main: [[asked]] } };
	}

	it('run-script-and-branch: each device comes out of the branch that it belongs to', async () => {
		const { json } = await run('run-script-and-branch', 'Start');
		const branch = (name: string) =>
			json(name)
				.map((item) => [shortName(item), item.exitCode ?? item.outcome])
				.sort();
		expect(branch('Compliant')).toEqual([
			['lnx-web-03', 0],
			['srv-sql-02', 0],
			['ws-fin-01', 0],
		]);
		expect(branch('Findings')).toEqual([['ws-fin-02', 3]]);
		expect(branch('No Verdict')).toEqual([
			['srv-app-07', 'commandFailed'],
			['ws-mkt-11', 'pending'],
		]);
	});

	it('scheduled-sweep: checks the active workstations, and sorts them by exit code', async () => {
		const gone = emulator.addDevice({ computerDnsName: 'ws-out-01.contoso.example', scripts: { 'check-baseline.ps1': {} } });
		emulator.setOffline(gone.id, true);
		const { json } = await run('scheduled-sweep', 'Every Morning');
		expect(json('Compliant').map(shortName)).toEqual(['ws-fin-01']);
		expect(json('Findings').map(shortName)).toEqual(['ws-fin-02']);
		expect(json('Not Checked').map((item) => [shortName(item), item.outcome])).toEqual([['ws-out-01', 'cancelled']]);
	});

	it('isolate-or-notify: isolates where the script found an intruder, and reports what is not clear', async () => {
		const { json } = await run('isolate-or-notify', 'Start');
		expect(json('Clean').map(shortName)).toEqual(['clean']);
		expect(emulator.responses.map(({ machineId, comment, type }) => [machineId, comment.split(' (')[0], type])).toEqual([
			[isolationIds.bad, 'check-compromise.ps1 ended with 2', 'Isolate'],
		]);
		expect(
			json('Tell the Team')
				.map(({ message }) => String(message))
				.sort(),
		).toEqual([
			'bad: intruder found, is being isolated',
			'no-such: No device named "no-such" was found',
			'odd: scriptFailed, exit code 1\nodd said so',
			expect.stringMatching(/^worse: INTRUDER FOUND, but it could not be isolated: \S.+/),
		]);
	});

	it('collect-file: brings the file and its custody record', async () => {
		const { json, items } = await run('collect-file', 'Start');
		expect(json('Custody Record')).toEqual([
			{
				outcome: 'succeeded',
				device: 'ws-fin-01.contoso.example',
				fileName: 'Security.evtx',
				bytes: 1024 * 1024 + 4096,
				sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
				machineActionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
				collectedAt: expect.stringMatching(/^20\d\d-.*Z$/),
			},
		]);
		expect(items('Custody Record')[0].binary?.data).toMatchObject({ fileName: 'Security.evtx' });
	});

	it('retry-unfinished: comes back until devices have finished, and gives up on those that do not', async () => {
		const { json } = await run('retry-unfinished', 'Start');
		expect(json('Results').map((item) => [shortName(item), item.outcome])).toEqual([
			['fast', 'succeeded'],
			['slow', 'succeeded'],
		]);
		expect(
			json('Given Up')
				.map(({ device, why }) => [device, why])
				.sort(),
		).toEqual([
			['never', expect.stringContaining('has not started it')],
			['no-such', 'No device named "no-such" was found'],
		]);
	});

	it('ai-triage: the agent answers from devices, live responses and results', async () => {
		const { json } = await run('ai-triage', 'Question', chat('What is the result of the last check on triage-01?'));
		expect(json('Triage Agent')).toEqual([{ output: 'triage-01.contoso.example: scriptFailed, Firewall off' }]);
	});

	// n8n 1.x has no review of tools.
	(version === NEWEST ? it : it.skip)(
		'approve-agent-tool: the agent runs the script after the click in the mail, and not after the other one',
		async () => {
			const { id } = emulator.addDevice({
				computerDnsName: 'agent-01.contoso.example',
				scripts: { 'list-persistence.ps1': { output: 'RESULT=0\n[{"kind":"service","name":"Updater"}]\n' } },
			});
			const answered = async (button: string) => {
				const [{ json }, text] = await Promise.all([
					run('approve-agent-tool', 'Question', chat('What starts by itself on agent-01?')),
					answerMail(mail, 'The AI agent would run list-persistence.ps1', button),
				]);
				expect(text).toContain(id);
				return JSON.stringify(json('Response Agent'));
			};
			const runs = () => emulator.runs.filter(({ machineId }) => machineId === id).length;
			expect(await answered('Decline')).toContain('rejected');
			expect(runs()).toBe(0);
			expect(await answered('Approve')).toContain('Updater');
			expect(runs()).toBe(1);
		},
	);

	it('approve-before-run: runs the script after the click in the mail, and not after the other one', async () => {
		const output = 'RESULT=0\n[{"kind":"service","name":"Updater"}]\n';
		for (const name of ['appr-01', 'appr-02'])
			emulator.addDevice({ computerDnsName: `${name}.contoso.example`, scripts: { 'list-persistence.ps1': { output } } });
		const started = emulator.runs.length;
		const answered = async (button: string) =>
			await Promise.all([run('approve-before-run', 'Start'), answerMail(mail, 'Case 4711', button)]);
		const [declined, text] = await answered('Decline');
		expect(text).toMatch(/Reason: Case 4711\s+Devices: appr-01, appr-02\s/);
		expect(declined.json('Not Approved')).toHaveLength(1);
		expect(emulator.runs).toHaveLength(started);
		const [approved] = await answered('Approve');
		expect(approved.json('Listed').map((item) => [shortName(item), item.output])).toEqual([
			['appr-01', [{ kind: 'service', name: 'Updater' }]],
			['appr-02', [{ kind: 'service', name: 'Updater' }]],
		]);
	});

	it('alert-to-evidence: an alert that is sent to it leads to evidence, a mail, and isolation', async () => {
		const entraId = '5b1c8e6a-3f0e-4c7b-9a58-0d2f6f1a7c11';
		const { id: machineId } = emulator.addDevice({
			computerDnsName: 'alert-01.contoso.example',
			aadDeviceId: entraId,
			scripts: { 'collect-paths.ps1': { output: 'RESULT=0\n{"archive":"…"}\n' } },
			files: { 'C:\\Windows\\n8n-live-response\\alert-4711.zip': { content: 'evidence' } },
		});
		const { id } = examples['alert-to-evidence'];
		expect(await server.activate(id)).toMatchObject({ status: 200 });
		const evidence = [{ '@odata.type': '#microsoft.graph.security.deviceEvidence', mdeDeviceId: null, azureAdDeviceId: entraId }];
		const body = JSON.stringify({ id: 'da637_75', title: 'Suspicious PowerShell', severity: 'high', evidence });
		const send = async (headers: Record<string, string>) =>
			await fetch(`${server.url}/webhook/defender-alert`, {
				method: 'POST',
				headers: { 'content-type': 'application/json', ...headers },
				body,
			});
		// n8n 2.x says that a workflow is active before it is.
		await until('listening', async () => (await send({})).status !== 404);
		expect((await send({})).status).toBe(403);
		expect((await send({ [ALERT_HEADER.name]: ALERT_HEADER.value })).status).toBe(200);
		const [ended, text] = await Promise.all([whenRun(server, home, id), answerMail(mail, 'Alert: Suspicious PowerShell', 'Isolate')]);
		expect([ended.status, ended.error]).toEqual(['success', undefined]);
		expect(text).toMatch(/alert-01\.contoso\.example: alert-4711\.zip, 8 bytes, SHA-256 \w{64}/);
		expect(ended.json('Summary')).toEqual([
			{ alertId: 'da637_75', comment: expect.stringMatching(/approved:\nalert-01\.contoso\.example: is being isolated$/) },
		]);
		expect(emulator.responses.filter((sent) => sent.machineId === machineId)).toEqual([expect.objectContaining({ type: 'Isolate' })]);
	});

	it('library-in-step: uploads what is new or has changed, and says what has not', async () => {
		emulator.addLibraryFile({ fileName: 'changed.ps1', content: 'Get-Date -Format o' });
		emulator.addLibraryFile({ fileName: 'same.sh', content: SCRIPT_FILES['same.sh'] });
		const { json } = await run('library-in-step', 'Start');
		const files = (branch: string) => json(branch).map(({ fileName }) => fileName);
		expect([files('Unchanged'), files('Uploaded').sort(), json('Refused')]).toEqual([['same.sh'], ['changed.ps1', 'new.ps1'], []]);
		expect(emulator.libraryFile('changed.ps1')).toMatchObject({ content: Buffer.from('Get-Date') });
	});

	it('kill-switch: cancels what n8n has started and is unfinished, and nothing else', async () => {
		const start = (name: string, requestorComment: string) => {
			const { id: machineId } = emulator.addDevice({ computerDnsName: `${name}.contoso.example` });
			emulator.addAction({ machineId, requestorComment, status: 'Pending', commands: [{ type: 'RunScript', name: SCRIPT }] });
		};
		start('kill-01', 'n8n workflow Sweep (abc), execution 7');
		start('kill-02', 'analyst at work');
		const { json } = await run('kill-switch', 'Start');
		expect(json('Cancelled').map(shortName)).toContain('kill-01');
		expect(json('Unfinished').map(shortName)).not.toContain('kill-02');
		expect(json('Not Cancelled')).toEqual([]);
	});

	it('trigger-to-table: writes a row for each command of a live response that has ended, once', async () => {
		const rows = async () => (await rowsOf(server, table)).filter(({ machineActionId }) => machineActionId === watched);
		await until('written', async () => (await rows()).length > 0);
		const row = (more: IDataObject) => expect.objectContaining({ machineActionId: watched, device: 'table-01.contoso.example', ...more });
		expect(await rows()).toEqual([
			row({ commandIndex: 0, command: 'RunScript', outcome: 'scriptFailed', script: SCRIPT, exitCode: 3, output: 'Firewall off' }),
			row({ commandIndex: 1, command: 'GetFile', outcome: 'succeeded', exitCode: null, output: 'evidence.txt' }),
		]);
	});
});
