import { createHash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import type { ActionCommandInput, ActionInput, Effect, Operation } from '../../playground/emulator';
import { GET_RESULT, runScript, SCRIPT } from '../support/actions';
import { report } from '../support/report';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

const RESULTS = 9_000;
const RUNS = 1_000;
const SEED = 4711;

let setting: Setting;
const rows: Array<Array<string | number>> = [];

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => setting.emulator.reset());

afterAll(async () => {
	await setting.close();
	report('soak', {
		columns: [
			'job',
			'items',
			'requests',
			'of them with a fault',
			'lost',
			'twice',
			'outcome wrong',
			'runs that took effect',
			'devices run twice',
			'took (s)',
		],
		rows,
	});
});

const HTML = { body: '<html><h1>Bad Gateway</h1></html>', contentType: 'text/html' };

/** What may happen to any request. */
const ANYWHERE: Effect[] = [
	{ kind: 'rateLimit', retryAfter: 2 },
	{ kind: 'rateLimit', retryAfter: 'date', seconds: 2 },
	{ kind: 'rateLimit', retryAfter: 'none' },
	{ kind: 'status', status: 500 },
	{ kind: 'status', status: 502, ...HTML },
	{ kind: 'status', status: 503, headers: { 'Retry-After': '2' } },
	{ kind: 'reset', phase: 'beforeHeaders' },
	{ kind: 'reset', phase: 'afterProcessing' },
	{ kind: 'reset', phase: 'duringBody', afterBytes: 20 },
	{ kind: 'stall', afterBytes: 5 },
];

/** What may happen to a download besides. */
const IN_STORAGE: Effect[] = [
	...ANYWHERE,
	{ kind: 'truncate', bytes: 30, claim: 'full' },
	{ kind: 'truncate', bytes: 30, claim: 'short' },
	{ kind: 'truncate', bytes: 30, claim: 'chunked' },
	{ kind: 'expired' },
	{ kind: 'slow', bytesPerSecond: 50_000 },
];

/** One request in five meets one of these, drawn from a generator with a seed of its own for each. */
function faults(on: Operation, effects: Effect[]): () => number {
	// Of those that are set first fewer pass on to the next, hence the root.
	const probability = 1 - 0.8 ** (1 / effects.length);
	const handles = effects.map((effect, place) =>
		setting.emulator.fault({ on, effect, times: Infinity, probability, seed: SEED + 100 * on.length + place }),
	);
	return () => handles.reduce((sum, { hits }) => sum + hits, 0);
}

function allFaults(): () => number {
	const hits = [...(['action.list', 'action.get', 'link', 'run'] as const).map((on) => faults(on, ANYWHERE)), faults('blob', IN_STORAGE)];
	return () => hits.reduce((sum, count) => sum + count(), 0);
}

interface Case {
	action: Omit<ActionInput, 'commands'> & { commands: ActionCommandInput[] };
	expected: IDataObject;
}

/** Ended live responses of every kind, each with a result that no other has. */
const KINDS: Array<(place: number) => Case> = [
	...[0, 3, 3221225786].map((exitCode) => (place: number): Case => {
		const output = `result ${place}\n`.repeat(20);
		return {
			action: { commands: [{ type: 'RunScript', name: SCRIPT, script: { exitCode, output } }] },
			expected: { outcome: exitCode === 0 ? 'succeeded' : 'scriptFailed', exit_code: exitCode, script_output: output },
		};
	}),
	(place) => {
		const content = `evidence ${place}\n`.repeat(200);
		const sha256 = createHash('sha256').update(content).digest('hex');
		return {
			action: { commands: [{ type: 'GetFile', name: 'C:\\evidence.txt', file: { content } }] },
			expected: { outcome: 'succeeded', sha256, fileSize: content.length },
		};
	},
	(place) => ({
		action: {
			status: 'Failed',
			commands: [
				{ type: 'RunScript', name: SCRIPT, status: 'Failed', errors: [`no ${place}`], script: { exitCode: 1, output: `part ${place}\n` } },
			],
		},
		expected: { outcome: 'commandFailed', exit_code: 1, script_output: `part ${place}\n`, errors: [`no ${place}`] },
	}),
	(place) => ({
		action: { commands: [{ type: 'RunScript', name: SCRIPT, script: { raw: `nothing that can be read ${place}` } }] },
		expected: { outcome: 'unreadable', exit_code: null, script_output: `nothing that can be read ${place}` },
	}),
	() => ({
		action: { status: 'Cancelled', commands: [{ type: 'RunScript', name: SCRIPT, status: 'Created' }] },
		expected: { outcome: 'cancelled', exit_code: null, script_output: null },
	}),
];

function note(job: string, items: IDataObject[], expected: IDataObject[], hits: number, started: number): void {
	const seen = items.map(({ machineActionId }) => machineActionId).filter((id) => id !== undefined);
	const wrong = expected.filter((fields, place) => {
		try {
			expect(items[place]).toMatchObject(fields);
			return false;
		} catch {
			return true;
		}
	});
	const devices = setting.emulator.runs.map(({ machineId }) => machineId);
	const figures = {
		lost: expected.length - items.length,
		twice: seen.length - new Set(seen).size,
		wrong: wrong.length,
		runTwice: devices.length - new Set(devices).size,
	};
	const { length: requests } = setting.emulator.requests;
	const took = ((performance.now() - started) / 1000).toFixed(0);
	rows.push([job, items.length, requests, hits, figures.lost, figures.twice, figures.wrong, devices.length, figures.runTwice, took]);
	expect(figures).toEqual({ lost: 0, twice: 0, wrong: 0, runTwice: 0 });
	// As many faults as were promised, give or take what is drawn.
	expect(hits / requests).toBeGreaterThan(0.15);
}

it(`brings ${RESULTS} results through, each as it is`, async () => {
	const started = performance.now();
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	const cases = Array.from({ length: RESULTS }, (_, place) => KINDS[place % KINDS.length](place));
	const items = cases.map(({ action }) => ({ id: setting.emulator.addAction(action).id }));
	const hits = allFaults();
	const { results, error } = await setting.runNode(GET_RESULT, { items });
	expect(error).toBeUndefined();
	const expected = cases.map(({ expected: fields }, place) => ({ machineActionId: items[place].id, ...fields }));
	note('results of what has ended', results, expected, hits(), started);
});

it(`runs a script on ${RUNS} devices, on none of them twice`, async () => {
	const started = performance.now();
	const exitCodes = Array.from({ length: RUNS }, (_, place) => place % 3);
	const items = exitCodes.map((exitCode, place) => {
		const script = { exitCode, output: `result ${place}\n` };
		return { device: setting.emulator.addDevice({ computerDnsName: `ws-${place}.contoso.example`, scripts: { [SCRIPT]: script } }).id };
	});
	const hits = allFaults();
	const { results, error } = await setting.runNode(runScript('={{ $json.device }}', { maxWaitMinutes: 120 }), {
		items,
		node: { onError: 'continueRegularOutput' },
	});
	expect(error).toBeUndefined();
	const ran = new Set(setting.emulator.runs.map(({ machineId }) => machineId));
	const expected = items.map(({ device }, place) =>
		ran.has(device)
			? {
					machineId: device,
					outcome: exitCodes[place] === 0 ? 'succeeded' : 'scriptFailed',
					exit_code: exitCodes[place],
					script_output: `result ${place}\n`,
				}
			: { error: expect.stringMatching(/^The answer to the run request was lost/) as unknown },
	);
	expect(ran.size).toBeGreaterThan(0.8 * RUNS);
	note('runs, and their results', results, expected as IDataObject[], hits(), started);
});
