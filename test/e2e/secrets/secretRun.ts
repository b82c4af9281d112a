import type { Certificate, Emulator } from '../../../playground/emulator';
import { selfSignedCertificate, startEmulator } from '../../../playground/emulator';
import type { Installation } from '../../../playground/n8n/install';
import { NEWEST } from '../../../playground/n8n/install';
import type { CredentialEntry } from '../../../playground/n8n/n8nHome';
import { N8nHome } from '../../../playground/n8n/n8nHome';
import type { N8nServer } from '../../../playground/n8n/n8nServer';
import { startScriptedModel } from '../../../playground/n8n/scriptedModel';
import type { RealWorkflow } from '../realWorkflow';
import {
	agent,
	chain,
	defenderNode,
	editFields,
	END,
	ERROR_WORKFLOW,
	MANUALLY,
	MODEL_CREDENTIAL,
	triggerNode,
	webhook,
} from '../realWorkflow';
import type { Secret } from '../../support/secretSearch';
import type { SecretCase } from './secretCases';
import { until } from '../until';
import { badCases, goodCases, PLANTED } from './secretCases';
import { secretsOf } from '../../support/secretsOf';

/** Entered by mistake, and a secret anyway. */
const WRONG_SECRET = ['wrong', 'value', '4711'].join('~');

/** What a run of everything had to do with. */
export interface SecretRun {
	cases: SecretCase[];
	/** What n8n answered its editor. */
	answers: string[];
	/** What AI agents gave to their model. */
	toolResults: string[];
	secrets: Secret[];
}

/** Of an app, and of no app. */
type Certificates = Record<'right' | 'wrong', Certificate>;

function credentials(emulator: Emulator, { right, wrong }: Certificates): CredentialEntry[] {
	const withCertificate = emulator.apps.addApp({ certificates: [right.certificate] });
	const withoutRoles = emulator.apps.addApp({ secrets: [{ value: emulator.app.clientSecret }], roles: [] });
	const certificate = { clientCredentialType: 'certificate', clientId: withCertificate.clientId, clientSecret: '' };
	const data = {
		defender: {},
		wrong: { clientSecret: WRONG_SECRET },
		noRole: { clientId: withoutRoles.clientId },
		certificate: { ...certificate, ...right },
		wrongCertificate: { ...certificate, ...wrong },
	};
	return Object.entries(data).map(([id, fields]) => ({
		id,
		name: id,
		type: 'microsoftDefenderOAuth2Api',
		data: emulator.credentialData(fields),
	}));
}

/** Writes what a device wrote as base64 and as a URL would have it. */
const ENCODED = editFields('End', {
	base64: '={{ $json.script_output.base64Encode() }}',
	url: '={{ $json.script_output.urlEncode() }}',
});

/** A workflow for each case; those that are refused also go on in both of n8n's ways. */
function workflowsOf({ name, parameters, credential, expected }: SecretCase): RealWorkflow[] {
	const ways = typeof expected === 'string' ? [undefined] : ([undefined, 'continueRegularOutput', 'continueErrorOutput'] as const);
	return ways.map((onError) => {
		const id = onError ? `${name}-${onError}` : name;
		return chain(id, webhook(id), defenderNode(parameters, credential, { onError }), name === PLANTED ? ENCODED : END);
	});
}

/** What the editor asks: does the credential work, and which devices can be chosen? */
async function askAsEditor(server: N8nServer, { data, ...credential }: CredentialEntry): Promise<string[]> {
	const tested = await server.call('POST', '/credentials/test', { credentials: { ...credential, data } });
	const listed = await server.call('POST', '/dynamic-node-parameters/resource-locator-results', {
		path: 'parameters.machineId',
		nodeTypeAndVersion: { name: defenderNode({}, '').type, version: 1 },
		methodName: 'searchMachines',
		currentNodeParameters: { resource: 'machine', operation: 'get' },
		credentials: { microsoftDefenderOAuth2Api: { id: credential.id, name: credential.name } },
	});
	return [tested.text, listed.text];
}

/** The ended executions, each as what started it and how it ended: `webhook success`. */
async function endedExecutions(server: N8nServer): Promise<string[]> {
	const { data } = await server.call('GET', '/executions?limit=100');
	const { results } = data as { results: Array<{ status: string; mode: string }> };
	return results.filter(({ status }) => status === 'success' || status === 'error').map(({ mode, status }) => `${mode} ${status}`);
}

/** Three live responses that the trigger finds: a script's, a file's, and one whose link leads elsewhere. */
function endWhilePolling(emulator: Emulator): void {
	const createdAt = emulator.now() - 1000;
	const ended = { status: 'Succeeded' as const, createdAt, endedAt: createdAt + 2000 };
	const script = { type: 'RunScript' as const, name: 'check.ps1', script: { output: 'polled' } };
	emulator.addAction({ ...ended, commands: [script] });
	emulator.addAction({ ...ended, commands: [{ type: 'GetFile', name: 'C:\\polled.txt', file: { content: 'polled' } }] });
	const { id } = emulator.addAction({ ...ended, commands: [script] });
	const effect = { kind: 'redirect', location: 'https://elsewhere.example/' } as const;
	emulator.fault({ on: 'blob', times: Infinity, when: { machineActionId: id }, effect });
}

/** A home whose n8n tells all that it can tell, and keeps files as files. */
export function talkativeHome(installation: Installation): N8nHome {
	return new N8nHome(installation, {
		N8N_LOG_LEVEL: 'debug',
		N8N_LOG_OUTPUT: 'console,file',
		N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
	});
}

/**
 * Runs everything that could go wrong with a secret in the real n8n: by webhooks, from the command line,
 * by polling and from the editor; then stops n8n.
 *
 * @param marker what a device writes and a workflow is called, for the search to find
 */
export async function runWithSecrets(home: N8nHome, marker: string): Promise<SecretRun> {
	const emulator = await startEmulator({ limits: 'none', life: { pendingMs: 500, runMs: 500 } });
	try {
		const all = [...goodCases(emulator, marker), ...badCases(emulator)];
		// n8n 1.x signs in with secrets only.
		const cases = all.filter(({ credential }) => home.installation.version === NEWEST || !/certificate/i.test(credential));
		const certificates = { right: await selfSignedCertificate('right'), wrong: await selfSignedCertificate('wrong') };
		const { answers, toolResults } = await runAll(home, emulator, certificates, cases, marker);
		const clientSecrets = [emulator.app.clientSecret, WRONG_SECRET];
		const privateKeys = Object.values(certificates).map(({ privateKey }) => privateKey);
		return { cases, answers, toolResults, secrets: secretsOf(emulator, { clientSecrets, privateKeys }) };
	} finally {
		await emulator.close();
	}
}

async function runAll(
	home: N8nHome,
	emulator: Emulator,
	certificates: Certificates,
	cases: SecretCase[],
	marker: string,
): Promise<Pick<SecretRun, 'answers' | 'toolResults'>> {
	const model = await startScriptedModel();
	const entries = credentials(emulator, certificates);
	const tools = cases.filter(({ name }) => name === PLANTED || name === 'wrong-secret' || name === 'missing-role');
	const agents = tools.map(({ name, parameters, credential }) => agent(`${name}-by-agent`, parameters, credential));
	const called = [...cases.flatMap(workflowsOf), ...agents];
	for (const workflow of called) if (workflow.id === PLANTED) workflow.name = marker;
	const onError = chain(ERROR_WORKFLOW, { name: 'Start', type: 'n8n-nodes-base.errorTrigger' }, END);
	const polling = ['defender', 'wrong'].map((credential) =>
		chain(`polling-${credential}`, triggerNode({ emit: 'results' }, credential), END),
	);
	const commanded = cases
		.filter(({ name }) => name === PLANTED || name === 'wrong-secret')
		.map(({ name, parameters, credential }) => chain(`${name}-by-command`, MANUALLY, defenderNode(parameters, credential), END));
	const forModel = { id: MODEL_CREDENTIAL, name: MODEL_CREDENTIAL, type: 'openAiApi', data: { apiKey: 'none', url: model.url } };
	await home.importCredentials([...entries, forModel]);
	await home.importWorkflows([onError, ...polling, ...called, ...commanded]);

	const server = await home.start();
	await server.setUpOwner();
	const answers: string[] = [];
	for (const { id } of [onError, ...polling, ...called]) answers.push((await server.activate(id)).text);
	for (const { id } of called)
		answers.push(await (await fetch(`${server.url}/webhook/${id}`, { headers: { connection: 'close' } })).text());
	for (const entry of entries) answers.push(...(await askAsEditor(server, entry)));
	endWhilePolling(emulator);
	for (const { id } of commanded) await home.execute(id);
	const refused = cases.filter(({ expected }) => expected instanceof RegExp).length;
	await until('run', async () => {
		const ended = await endedExecutions(server);
		const count = (kind: string) => ended.filter((execution) => execution.startsWith(kind)).length;
		return count('webhook') === called.length && count('trigger success') > 0 && count('error') >= refused;
	});
	// A poll that fails, in the middle of the night.
	emulator.fault({ on: 'action.list', times: Infinity, effect: { kind: 'status', status: 401 } });
	await until('refused', async () => (await endedExecutions(server)).includes('trigger error'));
	await server.stop();
	model.close();
	return { answers, toolResults: model.toolResults };
}
