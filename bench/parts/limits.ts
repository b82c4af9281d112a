/* eslint-disable @n8n/community-nodes/no-restricted-globals -- a tool for developers */
import type { ICredentialDataDecryptedObject, IDataObject, INode } from 'n8n-workflow';
import type { NodeInput } from '../../test/e2e/realWorkflow';
import { chain, MANUALLY } from '../../test/e2e/realWorkflow';
import { endedScript, GET_RESULT } from '../../test/support/actions';
import { leastTime } from '../../test/support/leastTime';
import type { Setting } from '../../test/support/setting';
import { startSetting } from '../../test/support/setting';
import { shippedPackage } from '../../test/support/shippedPackage';
import { plainCredential, requestNodes } from '../n8n/workflows';
import { PAIRS, repeated, shown } from '../pairs';
import type { Figures, Goal, Line, Part } from '../part';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PER_MINUTE = 100;
const PER_HOUR = 1_500;

/** How many results, and how many times as fast the clock runs while n8n waits: this machine's timers seem to take as many times longer. */
const SIZES: Array<[count: number, speed: number]> = [
	[100, 20],
	[1_500, 40],
	[5_000, 150],
];

/** What a job came to. */
interface Job {
	lost: number;
	refused: number;
	tookMs: number;
}

/** Ahead of any clock before, whose calls the package still counts. */
let ahead = 0;

/** A tenant with the service's limits, and n8n's engine with the credentials of both sides. */
async function startBoth(speed: number): Promise<Setting> {
	const setting = await startSetting({ limits: 'real' }, {}, speed, {}, await shippedPackage());
	const { id, data } = plainCredential(setting.emulator);
	setting.engine.credentials.stored.set(id, data as ICredentialDataDecryptedObject);
	setting.advance((ahead += 5 * 24 * HOUR));
	return setting;
}

/** Nothing on anybody's count; gives the ids of ended scripts. */
function start(setting: Setting, count: number): string[] {
	setting.emulator.reset();
	setting.advance(2 * HOUR);
	return Array.from({ length: count }, (_, i) => endedScript(setting.emulator, { exitCode: i % 7, output: `output ${i}` }));
}

function jobOf(setting: Setting, count: number, right: number): Job {
	const calls = setting.emulator.requests.filter(({ half }) => half === 'api');
	const links = setting
		.requestsOf('link')
		.filter(({ status }) => status === 200)
		.map(({ at }) => at);
	const began = Math.min(...setting.requestsOf('link').map(({ at }) => at));
	return { lost: count - right, refused: calls.filter(({ status }) => status === 429).length, tookMs: Math.max(...links) - began };
}

async function byOurNode(setting: Setting, count: number): Promise<Job> {
	const ids = start(setting, count);
	const { results } = await setting.runNode(GET_RESULT, { items: ids.map((id) => ({ id })) });
	const right = results.filter(({ machineActionId, exit_code }, i) => machineActionId === ids[i] && exit_code === i % 7);
	return jobOf(setting, count, right.length);
}

/** Timers of n8n's own nodes, which cannot use another clock, follow this one meanwhile. */
async function withTimersOf<T>({ clock }: Setting, speed: number, action: () => Promise<T>): Promise<T> {
	const own = globalThis.setTimeout;
	const fast = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
		const end = clock.elapsed() + ms;
		const wait = (): NodeJS.Timeout =>
			own(() => (clock.elapsed() < end ? wait() : callback(...args)), Math.max(0, end - clock.elapsed()) / speed);
		return wait();
	};
	globalThis.setTimeout = Object.assign(fast, own) as unknown as typeof setTimeout;
	return await action().finally(() => (globalThis.setTimeout = own));
}

/** HTTP Request for status, link and blob, which go on where one is refused. */
async function byPlainNodes(setting: Setting, count: number, speed: number, batching?: IDataObject): Promise<Job> {
	const ids = start(setting, count);
	const nodes = requestNodes(setting.emulator).map(
		(node): NodeInput => ({
			...node,
			onError: 'continueRegularOutput',
			parameters: {
				...node.parameters,
				options: {
					...(node.parameters?.options as IDataObject),
					...(batching && node.name !== 'Blob' && { batching: { batch: batching } }),
				},
			} as INode['parameters'],
		}),
	);
	const workflow = chain('plain', MANUALLY, ...nodes);
	const pinData = { Start: ids.map((element) => ({ json: { element } })) };
	const ran = await withTimersOf(setting, speed, async () => await setting.engine.run(workflow, { pinData }));
	const right = ran.outputs('Blob')[0].filter(({ json }, i) => {
		const { data } = json as { data?: string };
		return data !== undefined && (JSON.parse(data) as { exit_code: number; script_output: string }).script_output.includes(`output ${i}\0`);
	});
	return jobOf(setting, count, right.length);
}

async function measure(): Promise<Figures> {
	const goals: Goal[] = [];
	const rows: Array<Array<string | number>> = [];
	const ours: Line = { name: 'the node', points: [] };
	const allowed: Line = { name: 'least that the limits allow', points: [] };
	const note = (who: string, count: number, jobs: Job[]) => {
		const of = (figure: (job: Job) => number, digits = 0) => shown(repeated(jobs.map(figure)), digits);
		const least = leastTime(count, PER_MINUTE, PER_HOUR) / MINUTE;
		rows.push([who, count, of(({ lost }) => lost), of(({ refused }) => refused), of(({ tookMs }) => tookMs / MINUTE, 1), least.toFixed(1)]);
	};
	for (const [count, speed] of SIZES) {
		const fast = await startBoth(speed);
		const jobs: Job[] = [];
		while (jobs.length < PAIRS) jobs.push(await byOurNode(fast, count));
		note('the node', count, jobs);
		ours.points.push([count, repeated(jobs.map(({ tookMs }) => tookMs / MINUTE)).median]);
		note('plain nodes, 100 a minute', count, [await byPlainNodes(fast, count, speed, { batchSize: PER_MINUTE, batchInterval: MINUTE })]);
		await fast.close();
		// All at once they need no clock that runs fast.
		const real = await startBoth(1);
		note('plain nodes, all at once', count, [await byPlainNodes(real, count, 1)]);
		await real.close();

		goals.push({ what: `${count} results: items lost`, figure: Math.max(...jobs.map(({ lost }) => lost)), atMost: 0 });
		const least = leastTime(count, PER_MINUTE, PER_HOUR);
		if (least === 0) continue;
		allowed.points.push([count, least / MINUTE]);
		const { median, least: low, most: high } = repeated(jobs.map(({ tookMs }) => tookMs / least));
		goals.push({
			what: `${count} results: time beside the least that the limits allow`,
			figure: median,
			spread: [low, high],
			atMost: 1.03,
		});
	}
	return {
		goals,
		tables: [{ columns: ['', 'results', 'items lost', 'answers 429', 'from the first link to the last (min)', 'least time (min)'], rows }],
		plots: [{ file: 'bench-limits', title: 'Time until all links are there', x: 'results', y: 'minutes', lines: [ours, allowed] }],
	};
}

export const limits: Part = {
	title: "The service's limits",
	text: `100 calls a minute and 1,500 an hour, on a clock that runs ${SIZES.map(([, speed]) => speed).join(', ')} times as fast while n8n waits, and hardly while it works, in n8n's own engine. The least time is that of a client which sends each call as soon as both windows have room. Beside it HTTP Request nodes that go on where a call is refused (On Error: Continue): with Batching set to 100 items a minute, and with their default settings, all items at once. The plain nodes ran once for each figure.`,
	measure,
};
