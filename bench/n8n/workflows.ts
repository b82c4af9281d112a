import type { IDataObject, INode } from 'n8n-workflow';
import type { Emulator } from '../../playground/emulator';
import { exampleCredential } from '../../playground/n8n/examples';
import type { CredentialEntry } from '../../playground/n8n/n8nHome';
import type { NodeInput, RealWorkflow } from '../../test/e2e/realWorkflow';
import { chain, defenderNode, splitOut } from '../../test/e2e/realWorkflow';

export type BenchWorkflow = RealWorkflow;

/** Of the credential that all workflows use; see `exampleCredential`. */
const CREDENTIAL = 'defender';

/** Starts a workflow when its address is called, and answers when the workflow has ended. */
function webhook(path: string): NodeInput {
	const parameters = { path, httpMethod: 'POST', responseMode: 'lastNode', responseData: 'noData', options: {} };
	return { name: 'Start', type: 'n8n-nodes-base.webhook', typeVersion: 2, webhookId: path, parameters };
}

/** Nodes one behind the other, with n8n's own settings. The webhook is called with what `nodes` want. */
function workflow(id: string, ...nodes: NodeInput[]): BenchWorkflow {
	return { ...chain(id, webhook(id), ...nodes), settings: { executionOrder: 'v1' } };
}

const credentials = ({ id, name, type }: CredentialEntry): INode['credentials'] => ({ [type]: { id, name } });

/** n8n's own OAuth2 credential, which people use for Defender without our package. */
export function plainCredential(emulator: Emulator): CredentialEntry {
	const { tenantId, clientId, clientSecret } = emulator.app;
	const data = {
		grantType: 'clientCredentials',
		accessTokenUrl: `${emulator.loginUrl}/${tenantId}/oauth2/v2.0/token`,
		clientId,
		clientSecret,
		scope: `${emulator.audience}/.default`,
		authentication: 'body',
	};
	return { id: 'plain', name: 'OAuth2', type: 'oAuth2Api', data };
}

function httpRequest(name: string, url: string, credential?: CredentialEntry, options: IDataObject = {}): NodeInput {
	const authentication = credential && { authentication: 'genericCredentialType', genericAuthType: credential.type };
	return {
		name,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: { url: `=${url}`, ...authentication, options } as INode['parameters'],
		...(credential && { credentials: credentials(credential) }),
	};
}

/** What people write to make an item of a transcript. */
const DECODE = `return $input.all().map(({ json }, item) => {
	const transcript = JSON.parse(json.data.replace(/^\\uFEFF/, ''));
	return {
		json: {
			script_name: transcript.script_name,
			exit_code: transcript.exit_code,
			script_output: transcript.script_output,
			script_error: transcript.script_errors,
		},
		pairedItem: { item },
	};
});`;

const DECODE_NODE: NodeInput = {
	name: 'Decode',
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: { mode: 'runOnceForAllItems', language: 'javaScript', jsCode: DECODE },
};

const SWITCH_NODE: NodeInput = {
	name: 'Switch',
	type: 'n8n-nodes-base.switch',
	typeVersion: 3.2,
	parameters: {
		mode: 'rules',
		rules: {
			values: [
				{
					conditions: {
						options: { caseSensitive: true, typeValidation: 'strict', version: 2 },
						combinator: 'and',
						conditions: [{ leftValue: '={{ $json.exit_code }}', rightValue: 0, operator: { type: 'number', operation: 'equals' } }],
					},
				},
			],
		},
		options: { fallbackOutput: 'extra' },
	},
};

/** Status, link and blob of each id in the field `element`, as plain nodes. */
export function requestNodes(emulator: Emulator): NodeInput[] {
	const actions = `${emulator.apiUrl}/api/machineactions`;
	const credential = plainCredential(emulator);
	return [
		httpRequest('Status', `${actions}/{{ $json.element }}`, credential),
		httpRequest('Link', `${actions}/{{ $json.id }}/GetLiveResponseResultDownloadLink(index=0)`, credential),
		httpRequest('Blob', '{{ $json.value }}', undefined, { response: { response: { responseFormat: 'text' } } }),
	];
}

/** The way people do it today: HTTP Request three times, Code, Switch. Called with `{ ids }`. */
export function plainNodes(emulator: Emulator): BenchWorkflow {
	return workflow('plain', splitOut('ids'), ...requestNodes(emulator), DECODE_NODE, SWITCH_NODE);
}

/** The same, ten items at a time. */
export function plainNodesInTens(emulator: Emulator): BenchWorkflow {
	const loop: NodeInput = {
		name: 'Loop',
		type: 'n8n-nodes-base.splitInBatches',
		typeVersion: 3,
		parameters: { batchSize: 10, options: {} },
	};
	const made = workflow('tens', splitOut('ids'), loop, ...requestNodes(emulator), DECODE_NODE, SWITCH_NODE);
	const to = (node: string) => [{ node, type: 'main' as const, index: 0 }];
	// Its first output leads to the nodes after the loop.
	made.connections.Loop = { main: [[], to('Status')] };
	made.connections.Switch = { main: [to('Loop'), to('Loop')] };
	return made;
}

/** Collects n8n's garbage. */
export function garbage(): BenchWorkflow {
	return workflow('garbage', { name: 'Garbage', type: 'CUSTOM.benchGarbage' });
}

/** Says how late n8n's event loop was since it ran last. */
export function loop(): BenchWorkflow {
	return workflow('loop', { name: 'Loop', type: 'CUSTOM.benchLoop' });
}

/** HTTP Request and Compression for a collected file. Called with `{ status, link }`. */
export function fileNodes(emulator: Emulator): BenchWorkflow {
	const asFile = { response: { response: { responseFormat: 'file' } } };
	return workflow(
		'files',
		httpRequest('Status', '{{ $json.body.status }}', plainCredential(emulator)),
		httpRequest('Link', "{{ $('Start').item.json.body.link }}", plainCredential(emulator)),
		httpRequest('Blob', '{{ $json.value }}', undefined, asFile),
		{ name: 'Compression', type: 'n8n-nodes-base.compression', typeVersion: 1.1, parameters: { operation: 'decompress' } },
	);
}

/** Our node alone, without pacing. Called with `{ ids }`. */
export function ourNode(more: IDataObject = {}, id = 'ours'): BenchWorkflow {
	const options = { callsPerMinute: 0, callsPerHour: 0, ...more };
	const parameters = {
		resource: 'liveResponse',
		operation: 'getResult',
		machineActionId: '={{ $json.element }}',
		routeByOutcome: true,
		options,
	};
	return workflow(id, splitOut('ids'), defenderNode(parameters, CREDENTIAL));
}

/** A node of the benchmarks, called with what its expressions want. */
export function benchNode(emulator: Emulator, id: string, type: string, parameters: IDataObject, ...before: NodeInput[]): BenchWorkflow {
	return workflow(id, ...before, {
		name: 'Bench',
		type: `CUSTOM.${type}`,
		parameters: parameters as INode['parameters'],
		credentials: credentials(exampleCredential(emulator)),
	});
}

/** The requests for results and nothing else, by `helpers` or `axios`. Called with `{ status, links }`. */
export function floorNode(emulator: Emulator, client: 'helpers' | 'axios'): BenchWorkflow {
	return benchNode(emulator, client, 'benchFloor', { client, requests: '={{ JSON.stringify($json.body) }}' });
}

/** The same by n8n's helpers, and an item with each result: the least that any node needs for them. Called with `{ links }`. */
export function leastNode(emulator: Emulator): BenchWorkflow {
	const requests = '={{ JSON.stringify({ status: [], links: $input.all().map(({ json }) => json.element) }) }}';
	return benchNode(emulator, 'least', 'benchFloor', { client: 'helpers', requests, giveResults: true }, splitOut('links'));
}

/** What the node of `floorNode` asks for the links to the first result of live responses. */
export function linksOf(emulator: Emulator, ids: string[]): string[] {
	return ids.map((id) => `${emulator.apiUrl}/api/machineactions/${id}/GetLiveResponseResultDownloadLink(index=0)`);
}
