import { Settings } from 'luxon';
import type { IDataObject } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import { MicrosoftDefenderOAuth2Api } from '../../../credentials/MicrosoftDefenderOAuth2Api.credentials';
import type { Emulator, FinishedScript, Run, SweepDevice } from '../../../playground/emulator';
import { startEmulator, sweepWorld } from '../../../playground/emulator';
import type { Engine } from '../../../playground/engine/engine';
import { startEngine } from '../../../playground/engine/engine';
import type { Example } from '../../../playground/n8n/examples';
import { readExample } from '../../../playground/n8n/examples';
import type { FastClock } from '../fastClock';
import { fastClock } from '../fastClock';
import { NODE_TYPE } from '../setting';
import type { Ended } from './actionsOf';
import { actionsOf } from './actionsOf';
import { liveMemory } from './liveMemory';
import { MINUTE_MS } from './minutes';
import { otherCalls } from './otherCalls';
import { RestartableNode } from './restartable';
import { TickingN8n } from './tickingN8n';

/** How many times faster than real the clock runs while n8n waits. */
const SPEED = 100;

const TABLE = 'Defender sweep';
const SCRIPT = 'check-baseline.ps1';

/** How long ticks go on after the deadline, in minutes. */
const AFTER = 5;

/**
 * A row that an execution works on is hidden from the others for 4 minutes at least, one that waits for its next look for 3. One
 * that waits to be sent again is not under way, however long it waits.
 */
const CLAIMED_MS = 3.5 * MINUTE_MS;

/** n8n is killed when the service has answered this call for the first time after this minute. */
interface Kill {
	minute: number;
	after: 'run' | 'action.list';
}

export interface SweepOptions {
	devices: number;
	seed: number;
	/** Until the deadline. */
	hours: number;
	kills: Kill[];
	/** How often the memory is measured, in minutes; default: never. */
	memoryEvery?: number;
	/** Breaks the workflow, to show that this is noticed. */
	breakTick?(tick: Example): void;
}

/** What happened in a sweep. Times are in ms since its start, unless they are the clock's. */
export interface Swept {
	devices: SweepDevice[];
	/** When the ticks began, on the clock. */
	from: number;
	deadline: number;
	/** The rows of the table at the end. */
	rows: IDataObject[];
	/** When each device had its result in the table, by id. */
	resultAt: Map<string, number>;
	runs: Run[];
	finished: FinishedScript[];
	actions: Ended[];
	/** Runs that were refused with 429. */
	refusedRuns: number;
	/** Of each minute: calls besides runs, links, downloads, cancels and sign-ins. */
	otherCalls: number[];
	/** Minutes from each kill until all that was under way then was booked. */
	wentOn: number[];
	/** Bytes above what was kept before. */
	memory: number[];
	errors: string[];
}

/** Runs the sweep's workflows as they are shipped, a tick each minute, over a world of devices, and kills n8n meanwhile. */
export async function sweepThrough(options: SweepOptions): Promise<Swept> {
	const clock = fastClock(SPEED);
	const node = new RestartableNode(clock);
	const emulator = await startEmulator({ limits: 'real', clock });
	const credential = { defender: emulator.credentialData() };
	const engine = await startEngine({ [NODE_TYPE]: node.type }, [new MicrosoftDefenderOAuth2Api()], credential);
	Settings.now = () => clock.now();
	try {
		return await sweepIn(emulator, engine, clock, node, options);
	} finally {
		Settings.now = () => Date.now();
		await emulator.close();
		clock.stop();
	}
}

/** Lists the devices, as a user does who starts a sweep. */
async function listDevices(engine: Engine, hours: number): Promise<void> {
	const list = readExample('sweep-list.json');
	const sweep = { sweep: 'acceptance', script: SCRIPT, args: '', hours };
	list.nodes.find(({ name }) => name === 'Sweep')!.parameters.jsonOutput = JSON.stringify(sweep);
	const { error } = await engine.run(list);
	if (error) throw error;
}

async function sweepIn(
	emulator: Emulator,
	engine: Engine,
	clock: FastClock,
	node: RestartableNode,
	{ devices: count, seed, hours, kills, memoryEvery = Infinity, breakTick }: SweepOptions,
): Promise<Swept> {
	const devices = sweepWorld(emulator, { devices: count, seed, scriptName: SCRIPT });
	await listDevices(engine, hours);
	const rows = () => engine.dataTables.rows(TABLE);
	const tick = readExample('sweep-tick.json');
	breakTick?.(tick);
	const n8n = new TickingN8n(engine, clock, node, tick);
	const idle = memoryEvery === Infinity ? 0 : liveMemory();
	const from = clock.now();
	const resultAt = new Map<string, number>();
	const swept = { refusedRuns: 0, otherCalls: [] as number[], wentOn: [] as number[], memory: [] as number[] };
	const toCome = [...kills];
	let hit: { at: number; claimed: IDataObject[] } | undefined;

	const kill = () => {
		n8n.kill();
		const at = clock.now();
		const isClaimed = ({ state, nextAt }: IDataObject) => state !== 'waiting' && new Date(String(nextAt)).getTime() > at + CLAIMED_MS;
		hit = { at, claimed: rows().filter(isClaimed) };
		toCome.shift();
	};
	const noteResults = () => {
		for (const { machineId, state } of rows()) {
			const id = String(machineId);
			if (['done', 'failed'].includes(String(state)) && !resultAt.has(id)) resultAt.set(id, clock.now() - from);
		}
	};
	const note = () => {
		noteResults();
		const at = clock.now();
		// Forgotten at once: requests by the thousands would be all that the memory shows.
		const requests = emulator.requests.splice(0);
		swept.otherCalls.push(otherCalls(requests));
		swept.refusedRuns += requests.filter(({ operation, status }) => operation === 'run' && status === 429).length;
		emulator.handedOut.links.length = 0;
		if (!hit) return;
		const now = new Map(rows().map((row) => [row.machineId, JSON.stringify(row)]));
		if (hit.claimed.some((row) => now.get(row.machineId) === JSON.stringify(row))) return;
		swept.wentOn.push((at - hit.at) / MINUTE_MS);
		hit = undefined;
	};

	for (let minute = 0; minute < hours * 60 + AFTER; minute++) {
		emulator.requests.length = 0;
		n8n.tick();
		const next = from + (minute + 1) * MINUTE_MS;
		while (clock.now() < next) {
			// While nothing is under way, the rest of the minute passes at once.
			if (n8n.isIdle) {
				noteResults();
				clock.advance(next - clock.now());
			} else await sleep(1);
			n8n.stopOverdue();
			const due = toCome[0]?.minute <= minute && !hit;
			if (due && emulator.requests.some(({ operation, status }) => operation === toCome[0].after && status !== undefined)) kill();
		}
		note();
		if (minute % memoryEvery === memoryEvery - 1) swept.memory.push(liveMemory() - idle);
	}
	while (!n8n.isIdle) await sleep(1);
	note();
	return {
		...swept,
		devices,
		from,
		deadline: hours * 60 * MINUTE_MS,
		rows: rows(),
		resultAt,
		runs: [...emulator.runs],
		finished: emulator.finishedScripts(),
		actions: await actionsOf(emulator),
		errors: n8n.errors,
	};
}
