/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console -- a process of its own, as an n8n worker is */
import { startEngine } from '../../playground/engine/engine';
import { GET_RESULT } from './actions';
import type { ClockState } from './fastClock';
import { fastClock } from './fastClock';
import { workflowWith } from './setting';
import { shippedPackage } from './shippedPackage';

/** The input of the process, as JSON in its only argument. */
export interface ResultsOrder {
	credential: Record<string, string>;
	clock: ClockState;
	ids: string[];
}

/** Gets the results of its machine actions on the clock of the process that started it, and prints their outcomes. */
async function main(): Promise<void> {
	const { credential, clock, ids } = JSON.parse(process.argv[2]) as ResultsOrder;
	const { nodes, credentials, systemClock } = await shippedPackage();
	Object.assign(systemClock, fastClock(clock.speed, clock));
	const engine = await startEngine(nodes, credentials, { defender: credential });
	const ran = await engine.run(workflowWith(GET_RESULT), { pinData: { Start: ids.map((id) => ({ json: { id } })) } });
	const items = ran.outputs('Defender')[0].map(({ json }) => [json.machineActionId, json.outcome]);
	console.log(JSON.stringify({ items, error: ran.error?.message }));
	process.exit();
}

void main();
