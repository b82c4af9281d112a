/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { randomUUID } from 'node:crypto';
import { Container } from '@n8n/di';
import { BinaryDataService } from 'n8n-core';
import type { ActionInput, WholeAnswer } from '../../playground/emulator';
import type { ActiveTrigger } from '../../playground/engine/activeTrigger';
import type { Ran } from '../../playground/engine/engine';
import { SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';
import { triggerWorkflow } from '../support/trigger';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
});

afterAll(async () => await setting.close());

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const command = { type: 'RunScript' as const, name: SCRIPT };

const add = (input: ActionInput = {}) => setting.emulator.addAction({ commands: [command], ...input }).id;

/** One that was started and ended this many ms ago (negative: in the future). */
function ended(startedAgo: number, endedAgo = startedAgo, more: ActionInput = {}): string {
	const now = setting.emulator.now();
	return add({ createdAt: now - startedAgo, endedAt: now - endedAgo, ...more });
}

const idsOf = (ran: Ran | undefined) => ran?.items('Ended').map(({ id, machineActionId }) => id ?? machineActionId) ?? [];

/** A poll; undefined where this machine is too slow for it to end within n8n's budget. */
async function pollInTime(active: ActiveTrigger): Promise<{ ran: Ran | undefined } | undefined> {
	return await active.poll().then(
		(ran) => ({ ran }),
		(error: Error) => {
			if (error.message !== 'The poll took longer than n8n allows') throw error;
			return undefined;
		},
	);
}

/** Polls until one ends in time. */
async function pollUntilInTime(active: ActiveTrigger): Promise<Ran | undefined> {
	for (;;) {
		const polled = await pollInTime(active);
		if (polled) return polled.ran;
	}
}

describe.each([
	['n8n keeps state on emits only', false],
	['n8n stages state', true],
])('%s', (_, staged) => {
	const activate = async (parameters = {}, options = {}): Promise<ActiveTrigger> => {
		const active = await setting.engine.activate(triggerWorkflow(parameters), { staged, ...options });
		// n8n does not keep what it staged for the poll with which it tries a trigger out.
		if (staged) await pollUntilInTime(active);
		return active;
	};

	it('gives nothing that had ended before it was switched on', async () => {
		ended(30 * MINUTE);
		ended(MINUTE);
		const active = await activate();
		expect(active.activated).toBeUndefined();
		expect(await active.poll()).toBeUndefined();
	});

	it('gives each live response that ends, once, as the service describes it', async () => {
		const active = await activate({ simplify: false });
		const id = ended(1_000);
		const ran = await active.poll();
		expect(ran?.items('Ended')).toEqual([
			expect.objectContaining({ id, type: 'LiveResponse', status: 'Succeeded', requestSource: 'PublicApi' }),
		]);
		expect(await active.poll()).toBeUndefined();
	});

	it('gives those started long before the last poll', async () => {
		const now = setting.emulator.now();
		const id = add({ createdAt: now - 2 * DAY, endedAt: now + 60 * MINUTE });
		const active = await activate();
		expect(await active.poll()).toBeUndefined();
		setting.advance(61 * MINUTE);
		expect(idsOf(await active.poll())).toEqual([id]);
		expect(await active.poll()).toBeUndefined();
	});

	it('gives those that started and ended between two polls, in the order in which they ended', async () => {
		const active = await activate();
		const ids = [ended(50_000, 10_000), ended(40_000, 30_000), ended(45_000, 20_000)];
		expect(idsOf(await active.poll())).toEqual([ids[1], ids[2], ids[0]]);
	});

	it('gives those that ended while n8n was down, and nothing twice after it was killed', async () => {
		const now = setting.emulator.now();
		const long = add({ createdAt: now - DAY, endedAt: now + 2 * MINUTE });
		let active = await activate();
		const first = ended(1_000);
		expect(idsOf(await active.poll())).toEqual([first]);
		expect(await active.poll()).toBeUndefined();
		active.kill();
		setting.advance(3 * MINUTE);
		const meanwhile = ended(2 * MINUTE, MINUTE);
		active = await active.restart();
		const after = [...idsOf(active.activated), ...idsOf(await active.poll())];
		expect(after.sort()).toEqual([long, meanwhile].sort());
		active.kill();
		active = await active.restart();
		expect([...idsOf(active.activated), ...idsOf(await active.poll())]).toEqual([]);
	});

	it.each([-5, 5])('gives each once although one answer has a date that is %i hours off', async (hours) => {
		const active = await activate();
		const first = ended(1_000);
		expect(idsOf(await active.poll())).toEqual([first]);
		setting.advance(20 * MINUTE);
		const between = ended(1_000);
		expect(idsOf(await active.poll())).toEqual([between]);
		const date = new Date(setting.emulator.now() + hours * 60 * MINUTE).toUTCString();
		setting.emulator.fault({ on: 'action.list', effect: { kind: 'headers', headers: { Date: date } } });
		const second = ended(1_000);
		expect(idsOf(await active.poll())).toEqual([second]);
		setting.advance(MINUTE);
		const third = ended(30_000, 1_000);
		expect(idsOf(await active.poll())).toEqual([third]);
		expect(await active.poll()).toBeUndefined();
	});

	it('gives an action once whose date is hours in the future', async () => {
		const active = await activate();
		const creationDateTimeUtc = new Date(setting.emulator.now() + 60 * MINUTE).toISOString();
		const id = ended(1_000, 1_000, { fields: { creationDateTimeUtc } });
		const given: unknown[] = [];
		for (let polls = 0; polls < 10; polls++) {
			given.push(...idsOf(await active.poll()));
			// Something else has to end, or n8n 1.x keeps nothing.
			const other = ended(1_000);
			given.push(...idsOf(await active.poll()).filter((each) => each !== other));
			setting.advance(9 * MINUTE);
		}
		expect(given).toEqual([id]);
	});

	it.each([1, 2])('is not held up by an unfinished action that cannot be read, of %i', async (open) => {
		const unfinished = Array.from({ length: open }, () => ended(30 * MINUTE, -MINUTE));
		const active = await activate();
		setting.emulator.settings.refusesIn = true;
		setting.emulator.fault({
			on: 'action.get',
			when: { machineActionId: unfinished[0] },
			times: Infinity,
			effect: { kind: 'status', status: 500 },
		});
		setting.advance(2 * MINUTE);
		const id = ended(1_000);
		expect(idsOf(await active.poll()).sort()).toEqual([...unfinished.slice(1), id].sort());
	});

	it('sees an action that shows late', async () => {
		const active = await activate();
		setting.emulator.settings.visibleAfterMs = 2 * MINUTE;
		const id = ended(30_000, 20_000);
		expect(await active.poll()).toBeUndefined();
		setting.advance(2 * MINUTE);
		expect(idsOf(await active.poll())).toEqual([id]);
	});

	it('goes on from where it was after a poll that failed', async () => {
		const active = await activate();
		const id = ended(1_000);
		const body = { error: { code: 'Forbidden', message: 'no' } };
		const fault = setting.emulator.fault({ on: 'action.list', times: Infinity, effect: { kind: 'status', status: 403, body } });
		await expect(active.poll()).rejects.toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining('Defender refused to read machine actions'),
		});
		fault.remove();
		expect(idsOf(await active.poll())).toEqual([id]);
	});

	it.each([null, 'text', [1], {}, { since: '2026-01-01', open: {}, done: {} }])(
		'starts again where n8n kept %j, and says so',
		async (ledger) => {
			const before = ended(1_000);
			setting.engine.logged.length = 0;
			const active = await activate({}, { staticData: { ledger } as never });
			const id = ended(1_000);
			const given = [...idsOf(active.activated), ...idsOf(await active.poll())];
			expect(given).toEqual([id]);
			expect(given).not.toContain(before);
			expect(setting.engine.logged.flat()).toContainEqual(expect.stringMatching(/^What the trigger remembered cannot be read/));
		},
	);

	it('does not poll twice at a time', async () => {
		const active = await activate();
		const id = ended(1_000);
		const polls = await Promise.all([active.poll(), active.poll()]);
		expect(polls.flatMap(idsOf)).toEqual([id]);
	});

	it('asks once a poll while there is nothing new, and keeps little however many there were', async () => {
		const active = await activate();
		for (let round = 0; round < 5; round++) {
			for (let count = 0; count < 200; count++) ended(MINUTE, 1_000);
			expect(idsOf(await active.poll())).toHaveLength(200);
			setting.advance(11 * MINUTE);
		}
		const before = setting.requestsOf('action.list').length;
		ended(1_000);
		expect(idsOf(await active.poll())).toHaveLength(1);
		// Not counting one that met an old token.
		expect(
			setting
				.requestsOf('action.list')
				.slice(before)
				.filter(({ status }) => status === 200),
		).toHaveLength(1);
		expect(JSON.stringify(active.staticData).length).toBeLessThan(500);
	});

	describe('gives only what matches', () => {
		it.each([
			['status', { statuses: ['Failed', 'Cancelled'] }, { status: 'Failed' as const }],
			[
				'script',
				{ filters: { scriptName: 'TRIAGE.ps1' } },
				{
					commands: [
						{ type: 'GetFile' as const, name: 'C:\\a' },
						{ ...command, name: 'triage.ps1' },
					],
				},
			],
			['requestor', { filters: { requestor: 'Hunter@contoso.example' } }, { requestor: 'hunter@contoso.example' }],
			['comment', { filters: { commentContains: 'CASE 4711' } }, { requestorComment: 'for case 4711, urgent' }],
		])('by %s', async (__, parameters, fitting) => {
			const active = await activate(parameters);
			ended(3_000);
			const id = ended(2_000, 2_000, fitting);
			expect(idsOf(await active.poll())).toEqual([id]);
			expect(await active.poll()).toBeUndefined();
		});

		it('by device', async () => {
			const other = setting.emulator.addDevice({ computerDnsName: 'ws-02.contoso.example' });
			const active = await activate({ filters: { machineId: other.id.toUpperCase() } });
			ended(3_000);
			const id = ended(2_000, 2_000, { machineId: other.id });
			expect(idsOf(await active.poll())).toEqual([id]);
		});

		it('and live responses only', async () => {
			const active = await activate();
			ended(1_000, 1_000, { type: 'Isolate', commands: [] });
			expect(await active.poll()).toBeUndefined();
		});
	});

	describe('with results', () => {
		const results = { emit: 'results' };

		it('gives the results of all commands', async () => {
			const active = await activate({ ...results, options: { successExitCodes: '0,3010' } });
			const id = ended(1_000, 1_000, {
				commands: [
					{ type: 'PutFile', name: 'tool.exe' },
					{ ...command, script: { exitCode: 3010, output: 'done' } },
					{ type: 'GetFile', name: 'C:\\Temp\\evidence.txt', file: { content: 'found' } },
				],
			});
			const ran = await active.poll();
			const items = ran!.outputs('Ended')[0];
			expect(items.map(({ json }) => [json.machineActionId, json.commandIndex, json.outcome, json.exit_code])).toEqual([
				[id, 0, 'succeeded', null],
				[id, 1, 'succeeded', 3010],
				[id, 2, 'succeeded', null],
			]);
			expect(items[2].binary?.data).toMatchObject({ fileName: 'evidence.txt' });
			expect(await active.poll()).toBeUndefined();
		});

		it('leaves for the next poll what time does not suffice for, and gives all in the end', async () => {
			setting.emulator.limits.setLimits({ perMinute: 100 });
			const active = await activate({ ...results, options: { callsPerMinute: 60 } }, { pollBudgetMs: 100_000 });
			const ids = Array.from({ length: 150 }, () => ended(2_000, 1_000));
			const polls: string[][] = [];
			while (polls.flat().length < ids.length && polls.length < 200) {
				polls.push(idsOf(await pollUntilInTime(active)) as string[]);
				// What was under way when time was over is tried again after a minute.
				setting.advance(2 * MINUTE);
			}
			expect(polls.length).toBeGreaterThan(1);
			expect(polls.flat().sort()).toEqual([...ids].sort());
			expect(setting.requestsOf('link').filter(({ status }) => status === 429)).toEqual([]);
		}, 300_000);

		it('gives what it can, and asks again for what was refused', async () => {
			const active = await activate(results);
			const [bad, good] = [ended(2_000, 2_000), ended(1_000, 1_000)];
			const fault = setting.emulator.fault({
				on: 'link',
				when: { machineActionId: bad },
				times: Infinity,
				effect: { kind: 'status', status: 500 },
			});
			expect(idsOf(await active.poll())).toEqual([good]);
			expect(await active.poll()).toBeUndefined();
			fault.remove();
			setting.advance(2 * MINUTE);
			expect(idsOf(await active.poll())).toEqual([bad]);
			expect(await active.poll()).toBeUndefined();
		});

		it('gives what was refused four times without its result, and says why', async () => {
			const active = await activate(results);
			const bad = ended(2_000, 2_000);
			setting.emulator.fault({ on: 'link', when: { machineActionId: bad }, times: Infinity, effect: { kind: 'status', status: 500 } });
			for (const minutes of [2, 6, 31]) {
				expect(await active.poll()).toBeUndefined();
				setting.advance(minutes * MINUTE);
			}
			const ran = await active.poll();
			expect(ran?.items('Ended')).toEqual([
				expect.objectContaining({
					machineActionId: bad,
					outcome: 'unreadable',
					errors: [expect.stringContaining('Defender could not provide the link')],
				}),
			]);
			setting.advance(60 * MINUTE);
			expect(await active.poll()).toBeUndefined();
		});

		it('is not held up by what takes longer than a poll may', async () => {
			const active = await activate(results, { pollBudgetMs: 120_000 });
			const slow = Array.from({ length: 10 }, () =>
				ended(20_000, 20_000, { commands: [{ type: 'GetFile', name: 'C:\\big', file: { content: 'x'.repeat(5_000), md5: false } }] }),
			);
			for (const machineActionId of slow) {
				setting.emulator.fault({ on: 'blob', when: { machineActionId }, times: Infinity, effect: { kind: 'slow', bytesPerSecond: 1 } });
			}
			const fast = ended(1_000);
			const given: unknown[] = [];
			for (const minutes of [2, 6, 31, 2]) {
				given.push(...idsOf(await active.poll()));
				if (given.length === 0) given.push(...idsOf(await active.poll()));
				setting.advance(minutes * MINUTE);
			}
			expect(given[0]).toBe(fast);
			expect(given.slice(1).sort()).toEqual([...slow].sort());
		});

		it('is not held up by a file that n8n cannot keep', async () => {
			const active = await activate(results);
			const store = jest.spyOn(Container.get(BinaryDataService), 'store').mockRejectedValue(new Error('The disk is full'));
			const file = ended(2_000, 2_000, { commands: [{ type: 'GetFile', name: 'C:\\a', file: { content: 'found' } }] });
			const script = ended(1_000);
			expect(idsOf(await active.poll())).toEqual([script]);
			store.mockRestore();
			setting.advance(2 * MINUTE);
			expect(idsOf(await active.poll())).toEqual([file]);
		});
	});

	it('gives an action once although the list grew while its pages were read', async () => {
		const active = await activate();
		setting.emulator.settings.pageSize = 2;
		const ids = [ended(5_000), ended(4_000), ended(3_000), ended(2_000)];
		setting.emulator.fault({ on: 'action.list', times: 2, effect: { kind: 'delay', ms: 40 } });
		const before = setting.requestsOf('action.list').length;
		const polling = active.poll();
		while (setting.requestsOf('action.list').length < before + 2) await new Promise((resolve) => setTimeout(resolve, 2));
		const late = ended(0);
		const given = [...idsOf(await polling), ...idsOf(await active.poll())];
		expect(given.sort()).toEqual([...ids, late].sort());
	});

	it('gives all of many that ended together, however few it can ask for in a poll', async () => {
		const now = setting.emulator.now();
		const ids = Array.from({ length: 200 }, () => add({ createdAt: now - DAY, endedAt: now + 60 * MINUTE }));
		const active = await activate();
		setting.advance(61 * MINUTE);
		const polls: unknown[][] = [];
		while (polls.flat().length < 200 && polls.length < 200) {
			// The list is there, and the first of the ids; then the service falls silent.
			const silence = setting.emulator.fault({ on: 'action.list', skip: 2, times: Infinity, effect: { kind: 'stall' } });
			polls.push(idsOf((await pollInTime(active))?.ran));
			silence.remove();
		}
		expect(polls.length).toBeGreaterThan(1);
		expect(polls.flat().sort()).toEqual([...ids].sort());
	}, 300_000);

	it('ends in time although the service falls silent', async () => {
		const active = await activate({}, { pollBudgetMs: 60_000 });
		const id = ended(1_000);
		const fault = setting.emulator.fault({ on: 'action.list', times: Infinity, effect: { kind: 'stall' } });
		const since = setting.clock.elapsed();
		await expect(active.poll()).rejects.toMatchObject({ message: 'The poll took longer than n8n allows' });
		expect(setting.clock.elapsed() - since).toBeLessThan(65_000);
		fault.remove();
		expect(idsOf(await active.poll())).toEqual([id]);
	});

	it('ends in time although each page of the list brings something new, and then gives what there is', async () => {
		const active = await activate();
		const id = ended(1_000);
		let pages = 0;
		const by = (answer: WholeAnswer): WholeAnswer => {
			const page = { value: [{ id: randomUUID(), status: 'Pending' }], '@odata.nextLink': `https://x/?$skip=${++pages}` };
			return { ...answer, body: Buffer.from(JSON.stringify(page)) };
		};
		const fault = setting.emulator.fault({ on: 'action.list', times: Infinity, effect: { kind: 'rewritten', by } });
		const since = setting.clock.elapsed();
		await expect(active.poll()).rejects.toMatchObject({ message: 'The poll took longer than n8n allows' });
		expect(setting.clock.elapsed() - since).toBeLessThan(5.5 * MINUTE);
		fault.remove();
		setting.advance(2 * MINUTE);
		expect(idsOf(await active.poll())).toEqual([id]);
	});
});

it('gives once more what n8n could not start an execution for', async () => {
	const active = await setting.engine.activate(triggerWorkflow(), { staged: true });
	await active.poll();
	const id = ended(1_000);
	active.rejectEmits = 1;
	expect(await active.poll()).toBeUndefined();
	expect(idsOf(await active.poll())).toEqual([id]);
	expect(await active.poll()).toBeUndefined();
});

describe('a test run in the editor', () => {
	it('gives the newest that matches', async () => {
		ended(60_000, 50_000, { requestorComment: 'case 4711' });
		const newest = ended(40_000, 30_000, { requestorComment: 'case 4711' });
		ended(20_000, 10_000, { requestorComment: 'another case' });
		add({ status: 'InProgress' });
		const ran = await setting.engine.run(triggerWorkflow({ filters: { commentContains: 'case 4711' } }));
		expect(ran.error).toBeUndefined();
		expect(idsOf(ran)).toEqual([newest]);
	});

	it('gives its results if asked to', async () => {
		const id = ended(1_000);
		const ran = await setting.engine.run(triggerWorkflow({ emit: 'results' }));
		expect(ran.items('Ended')).toEqual([expect.objectContaining({ machineActionId: id, outcome: 'succeeded', exit_code: 0 })]);
	});

	it('says what to do where there is none', async () => {
		add({ status: 'Pending' });
		const { error } = await setting.engine.run(triggerWorkflow());
		expect(error).toMatchObject({
			message: 'No finished live response matches the filters',
			description: expect.stringContaining('change Statuses and Filters'),
		});
	});
});

describe('by default', () => {
	const activate = async (parameters = {}) => {
		const active = await setting.engine.activate(triggerWorkflow(parameters), { staged: true });
		await active.poll();
		return active;
	};

	it.each(['Succeeded', 'Failed', 'TimeOut', 'Cancelled'] as const)('gives what ended as %s', async (status) => {
		const active = await activate();
		const id = ended(1_000, 1_000, { status });
		expect(idsOf(await active.poll())).toEqual([id]);
	});

	it.each(['Succeeded', 'Failed', 'TimeOut', 'Cancelled'] as const)('gives only what ended as %s where that is chosen', async (status) => {
		const active = await activate({ statuses: [status] });
		const all = ['Succeeded', 'Failed', 'TimeOut', 'Cancelled'] as const;
		const ids = new Map(all.map((each) => [each, ended(1_000, 1_000, { status: each })]));
		expect(idsOf(await active.poll())).toEqual([ids.get(status)]);
	});

	it('accepts no choice of statuses for all of them', async () => {
		const active = await activate({ statuses: [] });
		const id = ended(1_000, 1_000, { status: 'Failed' });
		expect(idsOf(await active.poll())).toEqual([id]);
	});

	it('gives the action as the service sends it, whatever that is', async () => {
		const active = await activate({ simplify: false });
		const fields = { commands: null, novel: { deep: [1, null] } };
		const id = ended(1_000, 1_000, { fields });
		expect((await active.poll())?.items('Ended')).toEqual([expect.objectContaining({ id, errorHResult: 0, ...fields })]);
	});

	it('gives actions with the fields that people read', async () => {
		const active = await activate();
		ended(1_000);
		const items = (await active.poll())?.items('Ended') ?? [];
		expect(items.map((item) => Object.keys(item).join(' '))).toEqual([
			'id type status machineId computerDnsName requestor requestorComment creationDateTimeUtc lastUpdateDateTimeUtc commands',
		]);
	});

	it('gives results simplified, read as they are', async () => {
		const active = await activate({ emit: 'results' });
		ended(1_000, 1_000, { commands: [{ ...command, script: { exitCode: 3010, output: 'a\nRESULT=7\n', banner: true } }] });
		const items = (await active.poll())?.items('Ended') ?? [];
		expect(items).toEqual([
			expect.objectContaining({
				outcome: 'scriptFailed',
				exit_code: 3010,
				script_output: 'a\nRESULT=7\n',
				transcriptPath: expect.any(String),
			}),
		]);
		for (const key of ['output', 'downloadLink', 'machineAction']) expect(items[0]).not.toHaveProperty(key);
	});

	it('gives one that was open for hours when it ends at last', async () => {
		const now = setting.emulator.now();
		const id = add({ createdAt: now, endedAt: now + 20 * 60 * MINUTE });
		const active = await activate();
		setting.advance(19 * 60 * MINUTE);
		expect(await active.poll()).toBeUndefined();
		setting.advance(2 * 60 * MINUTE);
		expect(idsOf(await active.poll())).toEqual([id]);
	});
});

it('reads and shows results as its options say', async () => {
	const options = {
		successExitCodes: '0,3010',
		exitCodePattern: '^RESULT=(\\d+)$',
		parseOutput: 'lines',
		splitOutput: true,
		stripBanner: false,
		maxOutputLength: 12,
		includeLink: true,
		binaryPropertyName: 'evidence',
		decompress: false,
		maxDownloadSize: 1,
	};
	const file = { type: 'GetFile' as const, name: 'C:\\Temp\\evidence.txt' };
	ended(1_000, 1_000, {
		commands: [
			{ ...command, script: { exitCode: 1, output: 'first\nRESULT=3010\n', banner: true, nuls: 0 } },
			{ ...file, file: { content: 'found' } },
			{ ...file, file: { content: { size: 2 * 1024 * 1024 }, container: 'raw' } },
		],
	});
	const ran = await setting.engine.run(triggerWorkflow({ emit: 'results', options }));
	const items = ran.outputs('Ended')[0];
	expect(items.map(({ json }) => [json.commandIndex, json.outcome])).toEqual([
		[0, 'succeeded'],
		[0, 'succeeded'],
		[1, 'succeeded'],
		[2, 'unreadable'],
	]);
	expect(items[0].json).toMatchObject({ exit_code: 3010, script_output: 'RESULT=3010\n', downloadLink: expect.stringContaining('sig=') });
	expect(items[0].json).not.toHaveProperty('transcriptPath');
	expect(items[2].json.fileName).toBe('evidence.txt.gz');
	expect(Object.keys(items[2].binary ?? {})).toEqual(['evidence']);
	expect(items[3].json.errors).toEqual([expect.stringContaining('larger than 1 MB')]);
});

it.each([
	['minute', { callsPerMinute: 1 }, MINUTE],
	['hour', { callsPerHour: 1 }, 60 * MINUTE],
])('asks for one result a %s if an option asks for it', async (_, options, ms) => {
	setting.advance(2 * 60 * MINUTE);
	ended(1_000, 1_000, {
		commands: [
			{ ...command, script: {} },
			{ ...command, script: {} },
		],
	});
	// In small steps: a request may not seem to take minutes.
	const skip = setInterval(() => setting.advance(ms / 400), 5);
	await setting.engine.run(triggerWorkflow({ emit: 'results', options }));
	clearInterval(skip);
	const [first, second] = setting.requestsOf('link');
	expect(second.at - first.at).toBeGreaterThanOrEqual(ms);
});

it.each([
	['Trigger On', { emit: '={{ "both" }}' }, "'Trigger On' is none of its choices"],
	['Statuses', { statuses: '={{ ["Done"] }}' }, "'Statuses' are none of its choices"],
	['a filter that gives nothing', { filters: { machineId: '={{ undefined }}' } }, "'Device ID' gives no text"],
	['an option', { emit: 'results', options: { successExitCodes: 'zero' } }, "'Exit Code: Success Codes' is not a list of whole numbers"],
])('names a wrong parameter before any request: %s', async (_, parameters, message) => {
	const { error } = await setting.engine.run(triggerWorkflow(parameters));
	expect(error?.message).toContain(message);
	expect(setting.emulator.requests).toHaveLength(0);
});
