import manifest from '../../package.json';
import type { Emulator } from '../../playground/emulator';
import { startEmulator } from '../../playground/emulator';
import { installN8n, VERSIONS } from '../../playground/n8n/install';
import { N8nHome } from '../../playground/n8n/n8nHome';
import type { N8nServer } from '../../playground/n8n/n8nServer';
import type { Conversation, Decision, ScriptedModel } from '../../playground/n8n/scriptedModel';
import { startScriptedModel } from '../../playground/n8n/scriptedModel';
import { endedScript, GET_RESULT } from '../support/actions';
import { runByWebhook } from './endedExecution';
import { itemsOf } from './itemsOf';
import { agentWith, MODEL_CREDENTIAL, toolNode } from './realWorkflow';

/** Bringing n8n takes longer than everything else, but only once. */
const MAX_MS = 20 * 60_000;

const NODE_TYPE = `${manifest.name}.defenderLiveResponse`;

/** Lets the model say which machine action. */
const CHOSEN = { __rl: true, mode: 'id', value: "={{ $fromAI('machineActionId', `ID of a live response`, 'string') }}" };

const LIST = toolNode('List Live Responses', { resource: 'machineAction', operation: 'getMany' }, 'defender');
const RESULT = toolNode(
	'Get Result',
	{ ...GET_RESULT, machineActionId: CHOSEN, waitForCompletion: false, options: { maxOutputLength: 40 } },
	'defender',
);

/** Lists the live responses, takes the one whose comment is in the question, gets its result and tells its output. */
function lookUp({ question, results }: Conversation): Decision {
	const [listed, got] = results;
	if (listed === undefined) return { tool: 'List_Live_Responses' };
	const chosen = itemsOf(listed).find(({ requestorComment }) => question.includes(String(requestorComment)));
	if (got === undefined) return { tool: 'Get_Result', args: { machineActionId: chosen?.id } };
	const { outcome, exit_code: exitCode, script_output: output } = itemsOf(got)[0];
	return `${String(outcome)} ${String(exitCode)}: ${String(output)}`;
}

/** Makes up an ID first, and reports the answer. */
function guess({ results }: Conversation): Decision {
	return results[0] ?? { tool: 'Get_Result', args: { machineActionId: 'the last one' } };
}

describe.each(VERSIONS)('n8n %s', (version) => {
	let home: N8nHome;
	let server: N8nServer;
	let emulator: Emulator;
	let model: ScriptedModel;
	const conversations: Conversation[] = [];

	beforeAll(async () => {
		emulator = await startEmulator({ limits: 'none' });
		model = await startScriptedModel((conversation) => {
			conversations.push(conversation);
			return conversation.question.includes('guess') ? guess(conversation) : lookUp(conversation);
		});
		endedScript(emulator, { output: 'all good' });
		emulator.addAction({
			requestorComment: 'case 4711',
			commands: [{ type: 'RunScript', name: 'check.ps1', script: { exitCode: 3, output: `${'-'.repeat(500)}Firewall\u001b[31m off` } }],
		});
		home = new N8nHome(await installN8n(version));
		await home.importCredentials([
			{ id: 'defender', name: 'defender', type: 'microsoftDefenderOAuth2Api', data: emulator.credentialData() },
			{ id: MODEL_CREDENTIAL, name: MODEL_CREDENTIAL, type: 'openAiApi', data: { apiKey: 'none', url: model.url } },
		]);
		const workflows = [
			agentWith('look-up', [LIST, RESULT], 'What is the result of case 4711?'),
			agentWith('guess', [RESULT], 'Please guess'),
		];
		await home.importWorkflows(workflows);
		server = await home.start();
		await server.setUpOwner();
		for (const { id } of workflows) expect(await server.activate(id)).toMatchObject({ status: 200 });
	}, MAX_MS);

	afterAll(async () => {
		await home?.remove();
		await emulator?.close();
		model?.close();
	});

	it('offers the node to agents, and not the trigger', async () => {
		const types = (await server.load('/types/nodes.json')) as Array<{ name: string; outputs: unknown; displayName: string }>;
		const ours = types.filter(({ name }) => name.startsWith(NODE_TYPE));
		expect(ours.map(({ name }) => name).sort()).toEqual(['', 'Tool', 'Trigger'].map((form) => `${NODE_TYPE}${form}`));
		expect(ours.find(({ name }) => name === `${NODE_TYPE}Tool`)).toMatchObject({
			outputs: ['ai_tool'],
			displayName: 'Microsoft Defender Live Response Tool',
		});
	});

	it('lets the model choose the live response, and returns its result', async () => {
		const { status, error, json } = await runByWebhook(server, home, 'look-up');
		expect({ status, error }).toEqual({ status: 'success' });
		// The end of the output, without what would colour a terminal.
		expect(json('Agent')).toEqual([{ output: expect.stringMatching(/^scriptFailed 3: -{20,}Firewall off$/) }]);
	});

	it('tells the model what each tool does, and what it may choose', () => {
		const { tools } = conversations.find(({ question }) => question.includes('4711'))!;
		const of = (name: string) => tools.find((tool) => tool.name === name)!;
		for (const name of ['List_Live_Responses', 'Get_Result'])
			expect([name, of(name).description]).toEqual([name, expect.stringMatching(/\S.{20,}/)]);
		expect(of('Get_Result').parameters?.properties).toEqual({
			machineActionId: expect.objectContaining({ description: 'ID of a live response' }),
		});
	});

	it('tells the model why a call was refused, and goes on', async () => {
		const { status, json } = await runByWebhook(server, home, 'guess');
		expect(status).toBe('success');
		expect(json('Agent')).toEqual([{ output: expect.stringContaining("'Machine Action' is not the ID of a machine action") }]);
	});
});
