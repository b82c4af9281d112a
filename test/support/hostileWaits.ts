import { randomUUID } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import type { Emulator, Fault, WholeAnswer } from '../../playground/emulator';
import { endedScript, runScript, SCRIPT } from './actions';
import { report } from './report';
import type { Setting } from './setting';
import { NODE_TYPE, startSetting } from './setting';
import { triggerWorkflow } from './trigger';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** How much faster the clock is: what the emulator delivers badly, it does in real time. */
const SPEED = 60;

/** What a service may do to every call from then on, and what its items then say. */
interface Hostile {
	answers(emulator: Emulator): Fault['effect'];
	says: RegExp;
	/** Whether some operations can still do their work: the first page of a list may be enough. */
	mayWork?: boolean;
}

const status = (code: number, headers: Record<string, string> = {}): Fault['effect'] => ({ kind: 'status', status: code, headers });

let pages = 0;

/** A page of a list with one new entity, of which there is always another one. */
function newPage(answer: WholeAnswer): WholeAnswer {
	const { value } = JSON.parse(answer.body.toString()) as { value?: unknown };
	if (!Array.isArray(value)) return answer;
	const page = { value: [{ id: randomUUID(), status: 'Pending' }], '@odata.nextLink': `https://x/?$skip=${++pages}` };
	return { ...answer, body: Buffer.from(JSON.stringify(page)) };
}

const NOT_REACHED = /could not be reached|was lost/;

export const HOSTILE: Record<string, Hostile> = {
	'429 for 50 minutes': { answers: () => status(429, { 'Retry-After': '3000' }), says: /rate limit/ },
	'429 for its calls for 50 minutes': { answers: () => ({ kind: 'rateLimit', retryAfter: 3000 }), says: /rate limit/ },
	'429 until a date': {
		answers: (emulator) => status(429, { 'Retry-After': new Date(emulator.now() + 60 * MINUTE).toUTCString() }),
		says: /rate limit/,
	},
	'503 for a day': { answers: () => status(503, { 'Retry-After': '86400' }), says: /at the moment|was lost/ },
	'502': { answers: () => status(502), says: /at the moment|was lost/ },
	'pages that follow themselves': { answers: () => ({ kind: 'nextLink' }), says: /./, mayWork: true },
	'pages that always bring something new': { answers: () => ({ kind: 'rewritten', by: newPage }), says: /./, mayWork: true },
	'a byte every 20 seconds': { answers: () => ({ kind: 'drip', everyMs: (20 * SECOND) / SPEED }), says: NOT_REACHED },
	'an endless answer': { answers: () => ({ kind: 'endless', everyMs: 50 }), says: NOT_REACHED },
};

const API: Array<Extract<Fault['on'], string>> = [
	'run',
	'isolate',
	'collectPackage',
	'action.list',
	'action.get',
	'action.cancel',
	'link',
	'packageLink',
	'machine.list',
	'machine.get',
	'library.list',
];

const MAX_WAIT = { maxWaitMinutes: 1 };

/** The parameters of an operation, and how long an item of it may take; without Max Wait there are five minutes. */
interface Waiting {
	parameters(device: string): IDataObject;
	maxMs: number;
	/** How many items there are, each with a device of its own; one unless said otherwise. */
	items?: number;
}

export const WAITING: Record<string, Waiting> = {
	'get a result': { parameters: () => ({ resource: 'liveResponse', operation: 'getResult', ...MAX_WAIT }), maxMs: MINUTE },
	'get many results': { parameters: () => ({ resource: 'liveResponse', operation: 'getManyResults', ...MAX_WAIT }), maxMs: MINUTE },
	'run and wait': { parameters: (device) => runScript(device, MAX_WAIT), maxMs: MINUTE },
	run: { parameters: (device) => runScript(device, { waitForCompletion: false }), maxMs: 5 * MINUTE },
	'run where the device may be busy': {
		parameters: (device) => runScript(device, { ...MAX_WAIT, whenDeviceBusy: 'wait' }),
		maxMs: MINUTE,
	},
	'run with a key': { parameters: (device) => runScript(device, { ...MAX_WAIT, options: { runKey: 'once' } }), maxMs: MINUTE },
	'run with a limit of sessions': {
		parameters: (device) => runScript(device, { ...MAX_WAIT, options: { maxSessions: 5 } }),
		maxMs: MINUTE,
	},
	'run on a device by its name': {
		parameters: () => runScript('', { ...MAX_WAIT, machineId: { __rl: true, mode: 'name', value: 'ws-01' } }),
		maxMs: MINUTE,
	},
	'run and wait on five devices': {
		parameters: () => runScript('={{ $json.device }}', MAX_WAIT),
		// An item's time begins with its own first request, which can be 15 s after the one before it, and 10 s after that for the library.
		maxMs: MINUTE + 10 * SECOND + 4 * 15 * SECOND,
		items: 5,
	},
	'wait for an action': { parameters: () => ({ resource: 'machineAction', operation: 'wait', ...MAX_WAIT }), maxMs: MINUTE },
	'isolate and wait': {
		parameters: (machineId) => ({
			resource: 'machine',
			operation: 'isolate',
			machineId,
			comment: 'why',
			waitForCompletion: true,
			...MAX_WAIT,
		}),
		maxMs: MINUTE,
	},
	'collect a package': {
		parameters: (machineId) => ({ resource: 'machine', operation: 'collectPackage', machineId, comment: 'why', ...MAX_WAIT }),
		maxMs: MINUTE,
	},
	cancel: { parameters: () => ({ resource: 'machineAction', operation: 'cancel', comment: 'why' }), maxMs: 5 * MINUTE },
};

/** What an item says of how it went: its error, or the errors of an item that has an outcome. */
function saidIn({ error, errors }: IDataObject): string {
	return String(error ?? (errors as string[] | undefined)?.join(' ') ?? '');
}

/** Tests of how long operations wait for hostile services, by the names of both. */
export function testHostileWaits(operations: string[], services: string[]): void {
	let setting: Setting;
	/** When the last item was there, in ms after the first request, by operation. */
	const latest = new Map<string, { ms: number; maxMs: number; services: number }>();
	const note = (operation: string, maxMs: number) => {
		const { ms = 0, services: tried = 0 } = latest.get(operation) ?? {};
		latest.set(operation, { ms: Math.max(ms, sinceFirstRequest()), maxMs, services: tried + 1 });
	};

	beforeAll(async () => {
		setting = await startSetting({}, {}, SPEED);
	});

	beforeEach(async () => {
		const { emulator, engine } = setting;
		emulator.reset();
		engine.credentials.stored.set('defender', emulator.credentialData());
		emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: {} } });
		// With a token at hand, and nothing left of what the service asked for, or was sent with a key, in another test.
		await setting.runNode({ resource: 'machineAction', operation: 'get' }, { items: [{ id: endedScript(emulator) }] });
		setting.advance(11 * MINUTE);
		emulator.requests.length = 0;
	});

	afterAll(async () => {
		const rows = [...latest].map(([operation, { ms, maxMs, services: tried }]) => [
			operation,
			tried,
			Math.round(ms / SECOND),
			maxMs / SECOND + 30,
		]);
		report('waits', { columns: ['operation', 'services', 'all items there after (s)', 'bound (s)'], rows });
		await setting.close();
	});

	const turnHostile = (service: string) => {
		const { emulator } = setting;
		return emulator.fault({ on: API, times: Infinity, effect: HOSTILE[service].answers(emulator) });
	};

	const sinceFirstRequest = () => setting.emulator.now() - (setting.emulator.requests.at(0)?.at ?? Infinity);

	describe.each(operations)('%s', (operation) => {
		it.each(services)('ends in time and says why: %s', async (service) => {
			const { parameters, maxMs, items: count = 1 } = WAITING[operation];
			const { emulator } = setting;
			const devices = Array.from({ length: count }, (__, place) =>
				emulator.addDevice({ computerDnsName: `ws-1${place}.contoso.example`, scripts: { [SCRIPT]: {} } }),
			);
			const items = devices.map((device) => ({ id: endedScript(emulator), device: device.id }));
			turnHostile(service);
			const ran = await setting.runNode(parameters(devices[0].id), { items, node: { onError: 'continueRegularOutput' } });
			note(operation, maxMs);
			expect(sinceFirstRequest()).toBeLessThanOrEqual(maxMs + 30 * SECOND);
			expect(ran.error).toBeUndefined();
			expect(ran.results).toHaveLength(count);
			const { says, mayWork } = HOSTILE[service];
			for (const item of ran.results) {
				if (mayWork && saidIn(item) === '') expect(item.outcome ?? item.status).toEqual(expect.any(String));
				else expect(saidIn(item)).toMatch(says);
			}
			// What was given up is not continued after that.
			const asked = emulator.requests.length;
			await setting.clock.sleep(MINUTE / 2);
			expect(emulator.requests.slice(asked).map(({ operation: each }) => each)).toEqual([]);
		});
	});

	describe('a trigger', () => {
		const add = () => {
			const createdAt = setting.emulator.now();
			return setting.emulator.addAction({ createdAt, endedAt: createdAt, commands: [{ type: 'RunScript', name: SCRIPT }] }).id;
		};

		it.each(services)('polls for minutes at most, and loses no action: %s', async (service) => {
			const active = await setting.engine.activate(triggerWorkflow());
			const poll = async () => (await active.poll())?.items('Ended').map(({ id }) => id) ?? [];
			await poll();
			const before = add();
			setting.emulator.requests.length = 0;
			const hostile = turnHostile(service);
			const given = await poll().catch((): unknown[] => []);
			note('a poll of the trigger', 5 * MINUTE);
			expect(sinceFirstRequest()).toBeLessThanOrEqual(5 * MINUTE + 30 * SECOND);
			hostile.remove();
			// What the service has asked for has ended.
			setting.advance(60 * MINUTE);
			const after = add();
			const all = [...given, ...(await poll()), ...(await poll())];
			expect(all.filter((id) => id === before || id === after)).toEqual(expect.arrayContaining([before, after]));
			expect(new Set(all).size).toBe(all.length);
		});
	});

	describe('a list in the editor', () => {
		it.each(services)('ends, with what there is or why there is nothing: %s', async (service) => {
			turnHostile(service);
			const credentials = { microsoftDefenderOAuth2Api: { id: 'defender', name: 'Microsoft Defender' } };
			const listed = await setting.engine.listSearch(NODE_TYPE, 'searchMachines', { credentials }).catch((error: Error) => error);
			note('a list in the editor', 0);
			expect(sinceFirstRequest()).toBeLessThanOrEqual(30 * SECOND);
			if (listed instanceof Error) expect(listed.message).toMatch(/rate limit|at the moment|reached|in time|with an end/);
			else expect(HOSTILE[service].mayWork).toBe(true);
		});
	});
}
