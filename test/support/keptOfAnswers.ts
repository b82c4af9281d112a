/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console -- a process of its own, whose memory is that of the answers alone */
import type { IDataObject } from 'n8n-workflow';
import { startEngine } from '../../playground/engine/engine';
import type { ClockState } from './fastClock';
import { fastClock } from './fastClock';
import { workflowWith } from './setting';
import { shippedPackage } from './shippedPackage';

const MB = 1024 * 1024;

/** The input of the process, as JSON in its only argument. */
export interface AnswersOrder {
	credential: Record<string, string>;
	clock: ClockState;
	/** Of the node, and its input. */
	parameters: IDataObject;
	items: IDataObject[];
}

/** What the process prints. */
export interface KeptOfAnswers {
	/** Number of items, and what they say: outcomes, or the first words of errors. */
	count: number;
	said: string[];
	/** What of the answers stays in the heap after garbage collection, and the most that the process held at a time, in MB. */
	kept: number;
	peak: number;
}

/** Asks a service for something, and prints what its answers leave in memory. The process that started it has the service. */
async function main(): Promise<void> {
	const { credential, clock, parameters, items } = JSON.parse(process.argv[2]) as AnswersOrder;
	const { nodes, credentials, systemClock } = await shippedPackage();
	Object.assign(systemClock, fastClock(clock.speed, clock));
	const engine = await startEngine(nodes, credentials, { defender: credential });
	const run = async (own: IDataObject, input: IDataObject[]) => {
		const workflow = workflowWith(own, { onError: 'continueRegularOutput' });
		const ran = await engine.run(workflow, { pinData: { Start: input.map((json) => ({ json })) } });
		if (ran.error) throw ran.error;
		return ran.outputs('Defender')[0].map(({ json }) => String(json.outcome === 'refused' ? json.error : json.outcome));
	};
	// What a first answer loads is not what a large one leaves.
	await run({ resource: 'machine', operation: 'get', machineId: 'a'.repeat(40) }, [{}]);
	global.gc!();
	const before = process.memoryUsage().heapUsed;
	const said = await run(parameters, items);
	// What still waits for a moment when the items are there has ended by then.
	await systemClock.sleep(5_000);
	global.gc!();
	const kept = (process.memoryUsage().heapUsed - before) / MB;
	const printed: KeptOfAnswers = { count: said.length, said: [...new Set(said)], kept, peak: process.resourceUsage().maxRSS / 1024 };
	console.log(JSON.stringify(printed));
	process.exit();
}

void main();
