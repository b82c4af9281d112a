import type { IDataObject, INode } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import { SCENES } from '../../playground/emulator/scenes';
import type { Ran, WorkflowJson } from '../../playground/engine/engine';
import { ScriptedAgent } from '../../playground/engine/scriptedAgent';
import { readExample } from '../../playground/n8n/examples';
import { SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { apiClient } from '../unit/emulator/client';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting({}, {}, 40, { 'test.agent': new ScriptedAgent() });
});

beforeEach(() => setting.emulator.reset());

afterAll(async () => await setting.close());

/** An example as it is shipped. */
function example(name: string): { workflow: WorkflowJson; node(nodeName: string): INode } {
	const workflow: WorkflowJson = readExample(`${name}.json`);
	return {
		workflow,
		node: (nodeName) => workflow.nodes.find((node) => node.name === nodeName)!,
	};
}

/** Replaces the list of devices that the examples start with. */
function setDevices(node: INode, device: string[]): void {
	node.parameters.jsonOutput = JSON.stringify({ device });
}

const named = (ran: Ran, node: string, output = 0) =>
	ran.items(node, output).map((item) => String(item.computerDnsName ?? item.device).split('.')[0]);

it('run-script-and-branch: runs a script on devices, and each comes out of the branch that it belongs to', async () => {
	SCENES.demo(setting.emulator);
	const { workflow, node } = example('run-script-and-branch');
	// One device that no one has, and less patience with the one that is offline.
	const { device } = JSON.parse(String(node('Devices').parameters.jsonOutput)) as { device: string[] };
	setDevices(node('Devices'), [...device, 'no-such-1']);
	node('Get Result').parameters.maxWaitMinutes = 2;

	const ran = await setting.engine.run(workflow);
	expect(ran.error).toBeUndefined();
	const branch = (name: string) =>
		ran
			.items(name)
			.map(({ device: named_, verdict, exitCode, outcome, why }) => [String(named_).split('.')[0], verdict, exitCode ?? outcome, why]);
	expect(branch('Compliant')).toEqual([
		['ws-fin-01', 'compliant', 0, expect.any(String)],
		['srv-sql-02', 'compliant', 0, expect.any(String)],
		['lnx-web-03', 'compliant', 0, expect.any(String)],
	]);
	expect(branch('Findings')).toEqual([['ws-fin-02', 'findings', 3, expect.any(String)]]);
	expect(branch('No Verdict').sort()).toEqual([
		['no-such-1', 'no verdict', 'refused', 'No device named "no-such-1" was found. Nothing was sent.'],
		['srv-app-07', 'no verdict', 'commandFailed', expect.stringMatching(/^\S/)],
		['ws-mkt-11', 'no verdict', 'pending', expect.stringContaining('has not started it')],
	]);
});

it('scheduled-sweep: checks every active workstation, and sorts them by exit code', async () => {
	SCENES.demo(setting.emulator);
	const gone = setting.emulator.addDevice({ computerDnsName: 'ws-out-01.contoso.example' });
	setting.emulator.setOffline(gone.id, true);
	const { workflow, node } = example('scheduled-sweep');
	node('Check Baseline').parameters.maxWaitMinutes = 2;
	const ran = await setting.engine.run(workflow);
	expect(ran.error).toBeUndefined();
	expect(named(ran, 'Compliant')).toEqual(['ws-fin-01']);
	expect(named(ran, 'Findings')).toEqual(['ws-fin-02']);
	// The one that is offline was cancelled; ws-mkt-11 is not active.
	expect(ran.items('Not Checked').map(({ device, verdict, outcome }) => [String(device).split('.')[0], verdict, outcome])).toEqual([
		['ws-out-01', 'not checked', 'cancelled'],
	]);
	expect(setting.emulator.runs).toHaveLength(3);
});

it('isolate-or-notify: isolates where the script found an intruder, and reports what is not clear', async () => {
	const { emulator } = setting;
	const add = (name: string, exitCode: number) =>
		emulator.addDevice({
			computerDnsName: `${name}.contoso.example`,
			scripts: { 'check-compromise.ps1': { exitCode, errors: `${name} said so` } },
		}).id;
	const ids = {
		clean: add('clean', 0),
		odd: add('odd', 1),
		bad: add('bad', 2),
		worse: add('worse', 2),
		crashed: add('crashed', 3_221_225_477),
	};
	// Another user is isolating it.
	emulator.addAction({ type: 'Isolate', machineId: ids.worse, status: 'Pending', commands: [] });
	const { workflow, node } = example('isolate-or-notify');
	setDevices(node('Devices'), ['clean', 'odd', 'bad', 'worse', 'crashed', 'no-such']);
	// Microsoft Teams is not at hand; what would be said there is.
	const { message } = node('Tell the Team').parameters;
	const assignments = { assignments: [{ id: 'message', name: 'message', value: message, type: 'string' }] };
	Object.assign(node('Tell the Team'), { type: 'n8n-nodes-base.set', typeVersion: 3.4, parameters: { assignments, options: {} } });
	const ran = await setting.engine.run(workflow);
	expect(ran.error).toBeUndefined();
	expect(named(ran, 'Clean')).toEqual(['clean']);
	expect(emulator.responses.map(({ machineId, comment, type, scope }) => [machineId, comment.split(' (')[0], type, scope])).toEqual([
		[ids.bad, 'check-compromise.ps1 ended with 2', 'Isolate', 'Full'],
	]);
	expect(ran.items('Isolate Device')).toEqual([
		expect.objectContaining({ type: 'Isolate', machineId: ids.bad }),
		expect.objectContaining({ outcome: 'refused', machineId: ids.worse }),
	]);
	expect(
		ran
			.items('Tell the Team')
			.map((item) => String(item.message))
			.sort(),
	).toEqual([
		'bad: intruder found, is being isolated',
		'crashed: scriptFailed, exit code 3221225477\ncrashed said so',
		'no-such: No device named "no-such" was found',
		'odd: scriptFailed, exit code 1\nodd said so',
		expect.stringMatching(/^worse: INTRUDER FOUND, but it could not be isolated: \S.+/),
	]);
});

it('collect-file: brings the file and its custody record', async () => {
	const path = 'C:\\Windows\\System32\\winevt\\Logs\\Security.evtx';
	setting.emulator.addDevice({ computerDnsName: 'ws-fin-01.contoso.example', files: { [path]: { content: 'ElfFile' } } });
	const ran = await setting.engine.run(example('collect-file').workflow);
	expect(ran.error).toBeUndefined();
	expect(ran.items('Custody Record')).toEqual([
		{
			outcome: 'succeeded',
			device: 'ws-fin-01.contoso.example',
			fileName: 'Security.evtx',
			bytes: 7,
			sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
			machineActionId: setting.emulator.runs[0].machineActionId,
			collectedAt: expect.stringMatching(/^20\d\d-.*Z$/),
		},
	]);
	expect(ran.outputs('Custody Record')[0][0].binary?.data).toMatchObject({ fileName: 'Security.evtx' });
});

it('kill-switch: cancels what n8n has started and is unfinished, and nothing else', async () => {
	const { emulator } = setting;
	const add = (name: string, requestorComment: string, more: object = {}) => {
		const { id: machineId } = emulator.addDevice({ computerDnsName: `${name}.contoso.example` });
		return emulator.addAction({ machineId, requestorComment, status: 'Pending', commands: [{ type: 'RunScript', name: SCRIPT }], ...more })
			.id;
	};
	const ours = [add('one', 'n8n workflow Sweep (abc), execution 7'), add('two', 'Case 4711, sent by n8n', { status: 'InProgress' })];
	add('other', 'analyst at work');
	add('done', 'n8n workflow Sweep (abc), execution 7', { status: 'Succeeded' });
	add('cut', 'n8n workflow Sweep (abc), execution 7', { type: 'Isolate', commands: [] });
	const ran = await setting.engine.run(example('kill-switch').workflow);
	expect(ran.error).toBeUndefined();
	expect(named(ran, 'Cancelled').sort()).toEqual(['one', 'two']);
	expect(ran.items('Not Cancelled')).toEqual([]);
	const after = await setting.runNode({
		resource: 'machineAction',
		operation: 'getMany',
		returnAll: true,
		filters: { type: '' },
		simplify: false,
	});
	const cancelled = after.results.filter(({ status }) => status === 'Cancelled');
	expect(cancelled.map(({ id }) => id).sort()).toEqual(ours.sort());
	for (const { cancellationComment } of cancelled) expect(cancellationComment).toMatch(/^Kill switch: n8n workflow .*execution \d+$/);
});

it('library-in-step: uploads what is new or has changed, and says what has not', async () => {
	const { emulator } = setting;
	emulator.addLibraryFile({ fileName: 'same.ps1', content: 'Get-Date' });
	emulator.addLibraryFile({ fileName: 'changed.sh', content: 'date' });
	emulator.addLibraryFile({ fileName: 'elsewhere.ps1', content: 'of another team' });
	const file = (fileName: string, content: string) => ({
		json: { fileName },
		binary: { data: { data: Buffer.from(content).toString('base64'), mimeType: 'text/plain', fileName } },
	});
	// n8n reads no folder outside its own: a test in the real n8n has one there.
	const Scripts = [file('same.ps1', 'Get-Date'), file('changed.sh', 'date -u'), file('new.ps1', 'Get-Item'), file('..', '')];
	const { workflow } = example('library-in-step');
	const ran = await setting.engine.run(workflow, { startNode: 'Start', pinData: { Scripts } });
	expect(ran.error).toBeUndefined();
	const files = (branch: string) => ran.items(branch).map(({ fileName }) => fileName);
	expect([files('Unchanged'), files('Uploaded').sort(), ran.items('Refused')]).toEqual([
		['same.ps1'],
		['changed.sh', 'new.ps1'],
		[expect.objectContaining({ outcome: 'refused' })],
	]);
	expect(setting.requestsOf('library.upload')).toHaveLength(2);
	expect(emulator.libraryFile('changed.sh')).toMatchObject({ content: Buffer.from('date -u') });
	expect(emulator.libraryFile('elsewhere.ps1')).toBeDefined();
});

/**
 * Replaces a node that sends an email and waits for the answer, since no mail server is available here: gives out the
 * message and the answer. A test in the real n8n sends it.
 */
function answerWith(node: INode, answer: boolean | undefined): void {
	const fields = { subject: node.parameters.subject, message: node.parameters.message };
	const assignments = Object.entries(fields).map(([name, value]) => ({ id: name, name, value, type: 'string' }));
	const approved = { id: 'approved', name: 'data.approved', value: answer, type: 'boolean' };
	const parameters = { assignments: { assignments: answer === undefined ? assignments : [...assignments, approved] }, options: {} };
	Object.assign(node, { type: 'n8n-nodes-base.set', typeVersion: 3.4, parameters });
}

describe('approve-before-run', () => {
	const run = async (answer: boolean | undefined) => {
		const listed = { output: 'RESULT=0\n[{"kind":"service","name":"Updater"}]\n' };
		for (const name of ['ws-fin-01', 'ws-fin-02'])
			setting.emulator.addDevice({ computerDnsName: `${name}.contoso.example`, scripts: { 'list-persistence.ps1': listed } });
		const { workflow, node } = example('approve-before-run');
		answerWith(node('Ask for Approval'), answer);
		const ran = await setting.engine.run(workflow);
		expect(ran.error).toBeUndefined();
		return ran;
	};

	it('asks with script, reason and devices, and then runs the script', async () => {
		const ran = await run(true);
		const [{ subject, message }] = ran.items('Ask for Approval');
		expect(subject).toBe('Approve list-persistence.ps1 on 2 devices?');
		expect(message).toMatch(/Reason: Case 4711\nDevices: ws-fin-01\.contoso\.example, ws-fin-02\.contoso\.example\n.*execution \d+$/);
		expect(ran.items('Listed').map(({ outcome, output }) => [outcome, output])).toEqual([
			['succeeded', [{ kind: 'service', name: 'Updater' }]],
			['succeeded', [{ kind: 'service', name: 'Updater' }]],
		]);
		for (const { comment } of setting.emulator.runs) expect(comment).toMatch(/^Approved: Case 4711\. n8n workflow .*execution \d+$/);
	});

	// n8n passes the input on when the time for an answer is up.
	it.each([false, undefined])('runs nothing when the answer is %s', async (answer) => {
		const ran = await run(answer);
		expect(ran.items('Not Approved')).toHaveLength(1);
		expect(setting.emulator.runs).toEqual([]);
	});
});

describe('alert-to-evidence', () => {
	const EXECUTION = '4711';
	const ENTRA_ID = '5b1c8e6a-3f0e-4c7b-9a58-0d2f6f1a7c11';
	const UNKNOWN = 'f'.repeat(40);

	/** Evidence as Microsoft Graph sends it. */
	const evidence = (type: string, more: IDataObject) => ({ '@odata.type': `#microsoft.graph.security.${type}`, ...more });
	const device = (mdeDeviceId: string | null, azureAdDeviceId: string | null = null) =>
		evidence('deviceEvidence', { mdeDeviceId, azureAdDeviceId });

	const run = async (devices: IDataObject[], answer: boolean) => {
		const { workflow, node } = example('alert-to-evidence');
		answerWith(node('Ask for Approval'), answer);
		node('Collect Evidence').parameters.maxWaitMinutes = 2;
		const body = {
			id: 'da637_75',
			title: 'Suspicious PowerShell',
			severity: 'high',
			alertWebUrl: 'https://security.microsoft.com/alerts/da637_75',
			evidence: [...devices, evidence('fileEvidence', { mdeDeviceId: UNKNOWN, fileDetails: { fileName: 'bad.ps1' } })],
		};
		const pinData = { Alert: [{ json: { body } }] };
		const ran = await setting.engine.run(workflow, { executionId: EXECUTION, startNode: 'Alert', pinData });
		expect(ran.error).toBeUndefined();
		return ran;
	};

	/** A device on which everything can be collected. */
	const add = (name: string, script: string, archive: string, more: object = {}) =>
		setting.emulator.addDevice({
			computerDnsName: `${name}.contoso.example`,
			scripts: { [script]: { output: 'RESULT=0\n{"archive":"…"}\n' } },
			files: { [archive]: { content: 'evidence' } },
			...more,
		}).id;
	const addWindows = () => add('ws-01', 'collect-paths.ps1', `C:\\Windows\\n8n-live-response\\alert-${EXECUTION}.zip`);
	const addLinux = () =>
		add('lnx-01', 'collect-paths.sh', `/var/log/n8n-live-response/alert-${EXECUTION}.tar.gz`, {
			osPlatform: 'Ubuntu',
			aadDeviceId: ENTRA_ID,
		});

	it('collects files of each device, asks once, and isolates after approval', async () => {
		const ids = [addWindows(), addLinux()];
		const ran = await run([device(ids[0], ENTRA_ID.replace('5b', '00')), device(null, ENTRA_ID), device(UNKNOWN)], true);
		expect(
			ran
				.items('Collect Evidence')
				.map(({ computerDnsName, outcome, exit_code: code, fileName }) => [computerDnsName, outcome, code, fileName]),
		).toEqual([
			['ws-01.contoso.example', 'succeeded', 0, undefined],
			['ws-01.contoso.example', 'succeeded', null, 'alert-4711.zip'],
			['lnx-01.contoso.example', 'succeeded', 0, undefined],
			['lnx-01.contoso.example', 'succeeded', null, 'alert-4711.tar.gz'],
		]);
		const [{ args }] = ran.items('What to Collect') as Array<{ args: string }>;
		expect(args).toMatch(/^[\w+/=]+$/);
		expect(JSON.parse(Buffer.from(args, 'base64').toString())).toMatchObject({ name: 'alert-4711' });
		expect(ran.items('Ask for Approval')).toEqual([
			expect.objectContaining({
				subject: 'Isolate the devices of "Suspicious PowerShell"?',
				message: expect.stringMatching(
					/Devices to isolate: ws-01\.contoso\.example, lnx-01\.contoso\.example\n[^]*\.zip, 8 bytes, SHA-256 \w{64}\n/,
				),
			}),
		]);
		// They are isolated side by side.
		const responses = setting.emulator.responses.map(({ machineId, type, comment }) => [machineId, type, comment.split('.')[0]]);
		expect(responses).toHaveLength(ids.length);
		expect(responses).toEqual(expect.arrayContaining(ids.map((id) => [id, 'Isolate', 'Approved, for alert da637_75'])));
		expect(ran.items('Summary')).toEqual([
			{ alertId: 'da637_75', comment: expect.stringMatching(/approved:\nws-01\S+ is being isolated\nlnx-01\S+ is being isolated$/) },
		]);
		expect(ran.items('Not Found')).toHaveLength(1);
	});

	it('isolates nothing that was not approved, and says what it could not collect', async () => {
		const id = addWindows();
		setting.emulator.setOffline(id, true);
		const ran = await run([device(id)], false);
		expect(setting.emulator.responses).toEqual([]);
		expect(ran.items('Summary')).toEqual([
			{ alertId: 'da637_75', comment: expect.stringMatching(/ws-01\S+ collect-paths.ps1 pending, [^]*\n\nIsolation was not approved\.$/) },
		]);
	});

	it('asks nothing where the alert names no device that Defender knows', async () => {
		const ran = await run([device(UNKNOWN), device(null)], true);
		expect(ran.items('Not Found')).toEqual([expect.objectContaining({ outcome: 'refused' })]);
		expect([setting.emulator.runs, ran.items('Ask for Approval')]).toEqual([[], []]);
	});
});

it('retry-unfinished: comes back until devices have finished, and gives up on those that do not', async () => {
	const { emulator } = setting;
	const add = (name: string, runMs: number) =>
		emulator.addDevice({ computerDnsName: `${name}.contoso.example`, scripts: { 'check-baseline.ps1': { exitCode: 0 } }, life: { runMs } });
	add('fast', 1_000);
	add('slow', 40_000);
	emulator.setOffline(add('never', 1_000).id, true);
	const { workflow, node } = example('retry-unfinished');
	setDevices(node('Devices'), ['fast', 'no-such', 'slow', 'never']);
	expect(node('Wait').parameters).toEqual({ amount: 10, unit: 'minutes' });
	// Half a second is 20 seconds of the fast clock.
	node('Wait').parameters = { amount: 0.5, unit: 'seconds' };
	const ran = await setting.engine.run(workflow);
	expect(ran.error).toBeUndefined();
	expect(ran.items('Results').map(({ device, outcome }) => [String(device).split('.')[0], outcome])).toEqual([
		['fast', 'succeeded'],
		['slow', 'succeeded'],
	]);
	expect(
		ran
			.items('Given Up')
			.map(({ device, why }) => [device, why])
			.sort(),
	).toEqual([
		['never', expect.stringContaining('has not started it')],
		['no-such', 'No device named "no-such" was found'],
	]);
	expect(emulator.runs).toHaveLength(3);
	// Each round lists what has the key, what is unfinished where something is to be sent, and all devices' actions.
	expect(setting.requestsOf('action.get')).toHaveLength(0);
	expect(setting.requestsOf('action.list').length).toBeLessThanOrEqual(12 * 2 + 1);
});

it('retry-unfinished: sends again what no device has started, and what found no session', async () => {
	const { emulator } = setting;
	// What was sent before this test does not need a session any more.
	setting.advance(6 * 60_000);
	const device = (name: string) =>
		emulator.addDevice({ computerDnsName: `${name}.contoso.example`, scripts: { 'check-baseline.ps1': { exitCode: 0 } } });
	const [first] = ['first', 'second'].map(device);
	emulator.setOffline(first.id, true);
	const { workflow, node } = example('retry-unfinished');
	setDevices(node('Devices'), ['first', 'second']);
	node('Wait').parameters = { amount: 0.5, unit: 'seconds' };
	Object.assign(node('Run Script').parameters.options as IDataObject, { maxSessions: 1 });
	const running = setting.engine.run(workflow);
	while (emulator.runs.length === 0) await sleep(5);
	// An administrator cancels what keeps the only session.
	await apiClient(emulator)('POST', `/machineactions/${emulator.runs[0].machineActionId}/cancel`, { Comment: 'no' });
	emulator.setOffline(first.id, false);
	// So long after it was used, a run key needs no second look.
	setting.advance(6 * 60_000);
	const ran = await running;
	expect(ran.error).toBeUndefined();
	expect(named(ran, 'Results').sort()).toEqual(['first', 'second']);
	expect(emulator.runs.map(({ machineId }) => machineId === first.id).sort()).toEqual([false, true, true]);
});

it('trigger-to-table: writes a row for each command of a live response that has ended, once', async () => {
	const { emulator, engine } = setting;
	const columns = ['machineActionId', 'device', 'command', 'outcome', 'script', 'output'].map((name) => [name, 'string'] as const);
	const table = engine.dataTables.create('Live Responses', { ...Object.fromEntries(columns), exitCode: 'number', commandIndex: 'number' });
	emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	const { workflow, node } = example('trigger-to-table');
	node('Write Row').parameters.dataTableId = { __rl: true, mode: 'id', value: table };
	let active = await engine.activate(workflow);
	const now = emulator.now();
	const { id } = emulator.addAction({
		createdAt: now - 3_000,
		endedAt: now - 1_000,
		commands: [
			{ type: 'RunScript', name: SCRIPT, script: { exitCode: 3, output: 'Firewall off' } },
			{ type: 'GetFile', name: 'C:\\Temp\\evidence.txt', file: { content: 'found' } },
		],
	});
	expect((await active.poll())?.error).toBeUndefined();
	active.kill();
	active = await active.restart();
	await active.poll();
	const row = (more: IDataObject) => expect.objectContaining({ machineActionId: id, device: 'ws-01.contoso.example', ...more });
	expect(engine.dataTables.rows('Live Responses')).toEqual([
		row({ commandIndex: 0, command: 'RunScript', outcome: 'scriptFailed', script: SCRIPT, exitCode: 3, output: 'Firewall off' }),
		row({ commandIndex: 1, command: 'GetFile', outcome: 'succeeded', exitCode: null, output: 'evidence.txt' }),
	]);
});

/** An example with a scripted agent in place of agent and model, which are n8n's. */
function withScript(name: string, agent: string, calls: Array<{ tool: string; args: object }>): WorkflowJson {
	const { workflow, node } = example(name);
	workflow.nodes = workflow.nodes.filter((each) => each.name !== 'Chat Model');
	delete workflow.connections['Chat Model'];
	Object.assign(node('Question'), { type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} });
	Object.assign(node(agent), { type: 'test.agent', typeVersion: 1, parameters: { calls: JSON.stringify(calls) } });
	return workflow;
}

describe('ai-triage', () => {
	it('finds devices, their live responses and results', async () => {
		const { emulator } = setting;
		const { id: machineId } = emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
		emulator.addDevice({ computerDnsName: 'srv-01.contoso.example' });
		const { id } = emulator.addAction({
			machineId,
			commands: [{ type: 'RunScript', name: SCRIPT, script: { exitCode: 3, output: `${'x'.repeat(5_000)}\nFirewall off\u001b[31m` } }],
		});
		const ran = await setting.engine.run(
			withScript('ai-triage', 'Triage Agent', [
				{ tool: 'Find_Devices', args: { name: 'ws-' } },
				{ tool: 'List_Live_Responses', args: { machineId } },
				{ tool: 'Get_Results', args: { machineActionId: id } },
			]),
		);
		expect(ran.error).toBeUndefined();
		const { tools, results } = ran.items('Triage Agent')[0] as { tools: IDataObject[]; results: Array<{ observation: string }> };
		expect(tools.map(({ name }) => name).sort()).toEqual(['Find_Devices', 'Get_Results', 'List_Live_Responses']);
		for (const { description } of tools) expect(description).toContain('Reads only');
		expect(results[0].observation).toContain(machineId);
		expect(results[0].observation).not.toContain('srv-01');
		expect(results[1].observation).toContain(id);
		const {
			outcome,
			script_output: output,
			omittedCharacters,
		} = JSON.parse(JSON.stringify(resultOf(results[2].observation))) as IDataObject;
		expect([outcome, String(output).endsWith('Firewall off'), Number(omittedCharacters) > 0]).toEqual(['scriptFailed', true, true]);
		expect(String(output).length).toBeLessThanOrEqual(4_000);
		// Only reads reached the service.
		expect(new Set(emulator.requests.filter(({ operation }) => operation !== 'token').map(({ method }) => method))).toEqual(
			new Set(['GET']),
		);
	});
});

it('approve-agent-tool: the agent chooses the device, and not the script; the review is between both', async () => {
	const { emulator } = setting;
	const { id: machineId } = emulator.addDevice({
		computerDnsName: 'ws-01.contoso.example',
		scripts: { 'list-persistence.ps1': { output: 'RESULT=0\n[{"kind":"service"}]\n' } },
	});
	const args = { machineId, scriptName: 'other.ps1', comment: 'other' };
	const workflow = withScript('approve-agent-tool', 'Response Agent', [{ tool: 'Run_Script', args }]);
	expect(workflow.connections['Run Script']).toEqual({ ai_tool: [[{ node: 'Ask a Colleague', type: 'ai_tool', index: 0 }]] });
	// The review is part of n8n's AI Agent: a test in the real n8n has it.
	workflow.nodes = workflow.nodes.filter(({ name }) => name !== 'Ask a Colleague');
	workflow.connections['Run Script'] = workflow.connections['Ask a Colleague'];
	delete workflow.connections['Ask a Colleague'];
	const ran = await setting.engine.run(workflow);
	expect(ran.error).toBeUndefined();
	const { results } = ran.items('Response Agent')[0] as { results: Array<{ observation: string }> };
	expect(resultOf(results[0].observation)).toMatchObject({ outcome: 'succeeded', exit_code: 0, script_name: 'list-persistence.ps1' });
	expect(emulator.runs.map((run) => run.machineId)).toEqual([machineId]);
});

/** The first item of what a tool answered, however the agent's version wraps it. */
function resultOf(observation: string): IDataObject {
	const parsed = JSON.parse(observation) as IDataObject | IDataObject[];
	const [first] = [parsed].flat() as IDataObject[];
	const response = first.response as IDataObject | IDataObject[] | undefined;
	return response === undefined ? first : ([response].flat()[0] as IDataObject);
}
