import type { Emulator, EmulatorOptions } from '../../playground/emulator';
import { startEmulator } from '../../playground/emulator';
import type { Engine, Ran, RunOptions, WorkflowJson } from '../../playground/engine/engine';
import { startEngine } from '../../playground/engine/engine';
import type { ICredentialType, IDataObject, INode, INodeExecutionData, INodeType } from 'n8n-workflow';
import { MicrosoftDefenderOAuth2Api } from '../../credentials/MicrosoftDefenderOAuth2Api.credentials';
import { DefenderLiveResponse } from '../../nodes/DefenderLiveResponse/DefenderLiveResponse.node';
import { DefenderLiveResponseTrigger } from '../../nodes/DefenderLiveResponse/DefenderLiveResponseTrigger.node';
import type { Clock } from '../../nodes/DefenderLiveResponse/service/clock';
import { systemClock } from '../../nodes/DefenderLiveResponse/service/clock';
import type { FastClock } from './fastClock';
import { fastClock } from './fastClock';

export const NODE_TYPE = 'n8n-nodes-defender-live-response.defenderLiveResponse';
export const TRIGGER_TYPE = `${NODE_TYPE}Trigger`;

/** What a run of one node gave. */
export interface NodeRun extends Ran {
	/** The `json` of the node's items, by output. */
	jsonOutputs: IDataObject[][];
	/** The `json` of the items of its first output. */
	results: IDataObject[];
}

/** The package, and the clock that it uses. */
export interface PackageUnderTest {
	/** By full name. */
	nodes: Record<string, INodeType>;
	credentials: ICredentialType[];
	systemClock: Clock;
}

const sources = (): PackageUnderTest => ({
	nodes: { [NODE_TYPE]: new DefenderLiveResponse(), [TRIGGER_TYPE]: new DefenderLiveResponseTrigger() },
	credentials: [new MicrosoftDefenderOAuth2Api()],
	systemClock,
});

/** A tenant, and n8n's engine to reach it with. */
export interface Setting {
	emulator: Emulator;
	engine: Engine;
	clock: FastClock;
	/** Runs the node behind a trigger that gives the items; `inputs` are items with files. */
	runNode(
		parameters: IDataObject,
		options?: { items?: IDataObject[]; inputs?: INodeExecutionData[]; node?: Partial<INode> } & RunOptions,
	): Promise<NodeRun>;
	/** The emulator's requests of an operation. */
	requestsOf(operation: string): Emulator['requests'];
	/** Lets time pass at once, in ms. */
	advance(ms: number): void;
	close(): Promise<void>;
}

/** A workflow of a trigger and the node. */
export function workflowWith(parameters: IDataObject, node: Partial<INode> = {}): WorkflowJson {
	const trigger = { id: 'trigger', name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} };
	const own = {
		id: 'own',
		name: 'Defender',
		type: NODE_TYPE,
		typeVersion: 1,
		position: [200, 0],
		parameters,
		credentials: { microsoftDefenderOAuth2Api: { id: 'defender', name: 'Microsoft Defender' } },
		...node,
	};
	return {
		name: 'Test',
		nodes: [trigger, own] as INode[],
		connections: { Start: { main: [[{ node: 'Defender', type: 'main', index: 0 }]] } },
	};
}

/**
 * Starts emulator and engine on one fast clock. Limits are off unless asked for.
 *
 * @param credential fields that differ from the emulator's own app
 * @param more node types beside ours, by full name
 * @param ours the sources, unless said otherwise
 */
export async function startSetting(
	options: EmulatorOptions = {},
	credential: Record<string, string> = {},
	speed = 200,
	more: Record<string, INodeType> = {},
	ours = sources(),
): Promise<Setting> {
	const clock = fastClock(speed);
	const clockBefore = { ...ours.systemClock };
	Object.assign(ours.systemClock, clock);
	const emulator = await startEmulator({ limits: 'none', clock, life: { pendingMs: 5_000, runMs: 10_000 }, ...options });
	const engine = await startEngine({ ...ours.nodes, ...more }, ours.credentials, { defender: emulator.credentialData(credential) });
	return {
		emulator,
		engine,
		clock,
		async runNode(parameters, { items = [{}], inputs, node, ...runOptions } = {}) {
			const pinData = { Start: inputs ?? items.map((json) => ({ json })) };
			const ran = await engine.run(workflowWith(parameters, node), { pinData, ...runOptions });
			const jsonOutputs = ran.outputs('Defender').map((output) => output.map(({ json }) => json));
			return { ...ran, jsonOutputs, results: jsonOutputs[0] ?? [] };
		},
		requestsOf: (operation) => emulator.requests.filter((request) => request.operation === operation),
		advance: (ms) => clock.advance(ms),
		async close() {
			await emulator.close();
			clock.stop();
			// That of another setting goes on; this one stands still now.
			Object.assign(ours.systemClock, clockBefore);
		},
	};
}
