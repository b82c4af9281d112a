import type { IDataObject } from 'n8n-workflow';
import type { Effect, Fault } from '../../playground/emulator';
import { endedFile, endedScript, GET_RESULT, runScript, SCRIPT } from '../support/actions';
import { report } from '../support/report';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

/** What came out, and what it took: calls of each kind, and how often the node says that it tried again. */
interface Course {
	/** The item's outcome, or the error's message. */
	outcome: string;
	token: number;
	actions: number;
	link: number;
	blob: number;
	/** Undefined where there was no item. */
	retries?: number;
}

type Expected = Partial<Course>;

const rows: Array<Array<string | number>> = [];

beforeAll(async () => {
	setting = await startSetting({}, {}, 60);
});

beforeEach(() => {
	setting.emulator.reset();
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
});

afterAll(async () => {
	await setting.close();
	report('faults', {
		columns: [
			'call',
			'fault',
			'outcome',
			'tokens',
			'status calls',
			'link calls',
			'downloads',
			'runs sent',
			'runs that took effect',
			'retries',
		],
		rows,
	});
});

/** The usual course of one result: a token, one status call, its link, its file. */
const USUAL = { outcome: 'succeeded', token: 1, actions: 1, link: 1, blob: 1, retries: 0 };

const output = 'line of output\n'.repeat(500);

function courseOf(item: IDataObject | undefined, error: Error | undefined): Course {
	const count = (...operations: string[]) => operations.flatMap((operation) => setting.requestsOf(operation)).length;
	return {
		outcome: (item?.outcome as string | undefined) ?? error?.message ?? 'nothing',
		token: count('token'),
		actions: count('action.list', 'action.get'),
		link: count('link'),
		blob: count('blob'),
		retries: (item?.download as { retries?: number } | undefined)?.retries,
	};
}

function note(call: string, fault: string, { outcome, token, actions, link, blob, retries }: Course): void {
	const { length: sent } = setting.requestsOf('run');
	rows.push([call, fault, outcome, token, actions, link, blob, sent, setting.emulator.runs.length, retries ?? '-']);
}

/** Gets a result that no one has checked yet, with a fault on the way. */
async function resultWith(
	call: string,
	name: string,
	faults: Fault[],
	id = endedScript(setting.emulator, { output }),
	maxWaitMinutes = 3,
): Promise<Course> {
	const handles = faults.map((fault) => setting.emulator.fault(fault));
	const { results, error } = await setting.runNode({ ...GET_RESULT, simplify: false, maxWaitMinutes }, { items: [{ id }] });
	expect(handles.map(({ hits }) => hits > 0)).toEqual(faults.map(() => true));
	if (results[0]?.outcome === 'succeeded') expect(results[0]).toMatchObject({ exit_code: 0, script_output: output, errors: [] });
	const course = courseOf(results[0], error);
	note(call, name, course);
	return course;
}

/** A token at hand: the fault is to meet the call alone. */
async function signIn(): Promise<void> {
	await setting.runNode({ ...GET_RESULT, maxWaitMinutes: 0 }, { items: [{ id: endedScript(setting.emulator) }] });
	setting.emulator.requests.length = 0;
}

const HTML = { body: '<html><h1>Bad Gateway</h1></html>', contentType: 'text/html' };

/** What passes by itself. */
const TRANSIENT: Array<[string, Effect]> = [
	['429 with seconds', { kind: 'rateLimit', retryAfter: 5 }],
	['429 with a date', { kind: 'rateLimit', retryAfter: 'date', seconds: 5 }],
	['429 without a time', { kind: 'rateLimit', retryAfter: 'none' }],
	['500', { kind: 'status', status: 500 }],
	['502 with HTML', { kind: 'status', status: 502, ...HTML }],
	['503', { kind: 'status', status: 503 }],
	['503 with a time', { kind: 'status', status: 503, headers: { 'Retry-After': '5' } }],
	['504', { kind: 'status', status: 504 }],
	['reset before the answer', { kind: 'reset', phase: 'beforeHeaders' }],
	['reset when it was done, before the answer', { kind: 'reset', phase: 'afterProcessing' }],
	['reset during the answer', { kind: 'reset', phase: 'duringBody', afterBytes: 10 }],
	['silent', { kind: 'stall' }],
	['silent during the answer', { kind: 'stall', afterBytes: 10 }],
];

describe('one fault that passes is got over by one more call', () => {
	it.each(TRANSIENT)('status call: %s', async (name, effect) => {
		expect(await resultWith('status', name, [{ on: 'action.list', effect }])).toEqual({ ...USUAL, actions: 2 });
	});

	it.each(TRANSIENT)('link call: %s', async (name, effect) => {
		expect(await resultWith('link', name, [{ on: 'link', effect }])).toEqual({ ...USUAL, link: 2, retries: 1 });
	});

	it.each(TRANSIENT)('download: %s', async (name, effect) => {
		expect(await resultWith('download', name, [{ on: 'blob', effect }])).toEqual({ ...USUAL, blob: 2, retries: 1 });
	});

	/** Entra's own words. */
	const busy = { error: 'temporarily_unavailable', error_description: 'AADSTS90055: The tenant has exceeded its limits.' };

	it.each<[string, Effect]>([
		...TRANSIENT.slice(3),
		['429 in words of its own', { kind: 'status', status: 429, body: busy }],
		['429 with HTML', { kind: 'status', status: 429, ...HTML }],
		[
			'400 for a transient state',
			{ kind: 'status', status: 400, body: { error: 'server_error', error_description: 'AADSTS90033: A transient condition.' } },
		],
	])('sign-in: %s', async (name, effect) => {
		expect(await resultWith('sign-in', name, [{ on: 'token', effect }])).toMatchObject({
			outcome: 'succeeded',
			token: 2,
			actions: 1,
			link: 1,
			blob: 1,
		});
	});

	it.each<[string, Effect, Expected, boolean]>([
		['slow', { kind: 'slow', bytesPerSecond: 100_000 }, USUAL, false],
		['silent half-way', { kind: 'stall', afterBytes: 3_000 }, { ...USUAL, blob: 2, retries: 1 }, true],
		['broken half-way', { kind: 'reset', phase: 'duringBody', afterBytes: 3_000 }, { ...USUAL, blob: 2, retries: 1 }, true],
		['cut off, the whole length announced', { kind: 'truncate', bytes: 3_000, claim: 'full' }, { ...USUAL, blob: 2, retries: 1 }, true],
		['cut off, a wrong length announced', { kind: 'truncate', bytes: 3_000, claim: 'short' }, { ...USUAL, blob: 2, retries: 1 }, false],
		// One look more: had n8n unpacked it on the way, its checksum would be another's.
		['cut off, no length announced', { kind: 'truncate', bytes: 3_000, claim: 'chunked' }, { ...USUAL, blob: 3, retries: 1 }, false],
		['wrong checksum', { kind: 'wrongMd5' }, { ...USUAL, blob: 2, retries: 1 }, false],
		['link over at the start', { kind: 'expired' }, { ...USUAL, link: 2, blob: 2, retries: 1 }, false],
		['403', { kind: 'status', status: 403 }, { ...USUAL, link: 2, blob: 2, retries: 1 }, false],
		['404 once', { kind: 'notFound' }, { ...USUAL, link: 2, blob: 2, retries: 1 }, false],
	])('download: %s', async (name, effect, expected, resumed) => {
		expect(await resultWith('download', name, [{ on: 'blob', effect }])).toEqual(expected);
		expect(/^bytes=\d+-$/.test(setting.requestsOf('blob').at(-1)?.headers.range ?? '')).toBe(resumed);
	});

	it('download: link over half-way', async () => {
		const broken: Fault = { on: 'blob', effect: { kind: 'reset', phase: 'duringBody', afterBytes: 3_000 } };
		const course = await resultWith('download', 'link over half-way', [broken, { on: 'blob', effect: { kind: 'expired' } }]);
		expect(course).toEqual({ ...USUAL, link: 2, blob: 3, retries: 2 });
		expect(setting.requestsOf('blob').at(-1)).toMatchObject({ status: 206 });
	});

	it.each<[string, Fault, Expected]>([
		['status: 401 once', { on: 'action.list', effect: { kind: 'status', status: 401 } }, { actions: 2 }],
		['link: 401 once', { on: 'link', effect: { kind: 'status', status: 401 } }, { link: 2 }],
		['status: 403, consent being new', { on: 'action.list', effect: { kind: 'status', status: 403 } }, { actions: 2 }],
		['link: 403, consent being new', { on: 'link', effect: { kind: 'status', status: 403 } }, { link: 2 }],
	])('with one fresh token: %s', async (name, fault, expected) => {
		await signIn();
		const [call, what] = name.split(': ');
		expect(await resultWith(call, what, [fault])).toEqual({ ...USUAL, ...expected, retries: expect.any(Number) });
	});

	it.each<[string, Effect]>([
		['404, the result being new', { kind: 'notFound' }],
		['400, the result being new', { kind: 'status', status: 400, body: { error: { code: 'BadRequest', message: 'not ready' } } }],
	])('link call: %s', async (name, effect) => {
		const { emulator } = setting;
		const { id: machineId } = emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
		const now = emulator.now();
		const commands = [{ type: 'RunScript' as const, name: SCRIPT, script: { output } }];
		const { id } = emulator.addAction({ machineId, createdAt: now - 60_000, endedAt: now, commands });
		expect(await resultWith('link', name, [{ on: 'link', effect }], id)).toEqual({ ...USUAL, link: 2, retries: 1 });
	});

	it('status call: 404, the action being new', async () => {
		const { emulator } = setting;
		const device = emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: { output } } });
		emulator.fault({ on: ['action.get', 'action.list'], effect: { kind: 'notFound', ms: 20_000 } });
		const { results, error } = await setting.runNode(runScript(device.id, { simplify: false }));
		note('status', '404 after a run, the action being new', courseOf(results[0], error));
		expect(results[0]).toMatchObject({ outcome: 'succeeded', script_output: output });
		expect(emulator.runs).toHaveLength(1);
	});
});

describe('what does not pass ends in a bounded number of calls, and says so', () => {
	const always = (on: Fault['on'], effect: Effect): Fault[] => [{ on, times: Infinity, effect }];

	it.each<[string, string, Fault[], Expected]>([
		[
			'status',
			'503',
			always('action.list', { kind: 'status', status: 503 }),
			{ outcome: 'Defender could not read machine actions at the moment', actions: expect.any(Number), link: 0 },
		],
		[
			'link',
			'503',
			always('link', { kind: 'status', status: 503 }),
			{ outcome: 'Defender could not provide the link to a live response result at the moment', link: 8, blob: 0 },
		],
		[
			'link',
			'reset before the answer',
			always('link', { kind: 'reset', phase: 'beforeHeaders' }),
			{ outcome: 'Defender could not be reached to provide the link to a live response result', link: 8, blob: 0 },
		],
		[
			'status',
			'401',
			always('action.list', { kind: 'status', status: 401 }),
			{ outcome: 'Defender did not accept the sign-in to read machine actions', token: 2, actions: 2, link: 0 },
		],
		[
			'link',
			'401',
			always('link', { kind: 'status', status: 401 }),
			{ outcome: 'Defender did not accept the sign-in to provide the link to a live response result', link: 2, blob: 0 },
		],
		[
			'status',
			'403',
			always('action.list', { kind: 'status', status: 403 }),
			{ outcome: 'Defender refused to read machine actions, although the token has the permission', token: 2, actions: 2, link: 0 },
		],
		['link', '404', always('link', { kind: 'notFound' }), { outcome: 'noResult', link: 1, blob: 0 }],
		[
			'link',
			'HTML instead of JSON',
			always('link', { kind: 'badBody', body: '<html>' }),
			{ outcome: 'Defender answered with something that is not a valid result link', link: 8, blob: 0 },
		],
		[
			'link',
			'redirect to another host',
			always('link', { kind: 'redirect', location: 'https://evil.example/' }),
			{ outcome: 'Defender refused to provide the link to a live response result', link: 1, blob: 0 },
		],
		[
			'status',
			'redirect to another host',
			always('action.list', { kind: 'redirect', location: 'https://evil.example/' }),
			{ outcome: 'Defender refused to read machine actions', actions: 1, link: 0 },
		],
		['download', '503', always('blob', { kind: 'status', status: 503 }), { outcome: 'unreadable', link: 1, blob: 8 }],
		['download', 'link over again and again', always('blob', { kind: 'expired' }), { outcome: 'unreadable', link: 8, blob: 8 }],
		['download', '404', always('blob', { kind: 'notFound' }), { outcome: 'noResult', link: 2, blob: 2 }],
		['download', 'wrong checksum', always('blob', { kind: 'wrongMd5' }), { outcome: 'unreadable', link: 1, blob: 3 }],
		[
			'download',
			'broken again and again',
			always('blob', { kind: 'reset', phase: 'duringBody', afterBytes: 10 }),
			{ outcome: 'unreadable', link: 1, blob: 8 },
		],
		['download', 'silent again and again', always('blob', { kind: 'stall' }), { outcome: 'unreadable', link: 1, blob: expect.any(Number) }],
		[
			'download',
			'redirect to another host',
			always('blob', { kind: 'redirect', location: 'http://127.0.0.1:9/' }),
			{ outcome: 'unreadable', link: 1, blob: 1 },
		],
		[
			'sign-in',
			'503',
			always('token', { kind: 'status', status: 503 }),
			{ outcome: 'Microsoft Entra could not be reached to sign in', token: expect.any(Number), actions: 0 },
		],
		['sign-in', 'redirect to another host', always('token', { kind: 'redirect', location: 'http://127.0.0.1:9/' }), { actions: 0 }],
	])('%s: %s', async (call, name, faults, expected) => {
		const course = await resultWith(call, `${name}, permanently`, faults);
		expect(course).toMatchObject(expected);
		expect(course.outcome).not.toBe('succeeded');
	});

	it('link: 429', async () => {
		const course = await resultWith('link', '429 for half an hour, permanently', always('link', { kind: 'rateLimit', retryAfter: 1_800 }));
		expect(course).toMatchObject({ outcome: 'Defender kept refusing because of its rate limit', link: 1, blob: 0 });
	});

	it.each<[string, Record<string, string>, string]>([
		['wrong secret', { clientSecret: 'wrong' }, 'The client secret is wrong'],
		['unknown app', { clientId: '11111111-1111-4111-8111-111111111111' }, 'The app was not found in this tenant'],
		['unknown tenant', { tenantId: '11111111-1111-4111-8111-111111111111' }, 'The tenant was not found'],
		['wrong audience', { audience: 'https://api.example.com' }, 'The tenant does not know the Defender API'],
		['login host unknown to DNS', { loginBaseUrl: 'https://login.invalid' }, 'Microsoft Entra could not be reached to sign in'],
		['API host unknown to DNS', { apiBaseUrl: 'https://api.invalid' }, 'Defender could not be reached to read machine actions'],
		['closed API port', { apiBaseUrl: 'http://127.0.0.1:9' }, 'Defender could not be reached to read machine actions'],
	])('credential: %s', async (name, fields, message) => {
		setting.engine.credentials.stored.set('defender', setting.emulator.credentialData(fields));
		const course = await resultWith('sign-in', name, []);
		expect(course).toMatchObject({ outcome: message, actions: 0, link: 0, blob: 0 });
	});

	it.each([
		['storage host unknown to DNS', 'storage.invalid', 'https://storage.invalid/result?sig=x'],
		['closed storage port', '127.0.0.1', 'http://127.0.0.1:9/result?sig=x'],
	])('download: %s', async (name, downloadHosts, value) => {
		setting.engine.credentials.stored.set('defender', setting.emulator.credentialData({ downloadHosts }));
		const course = await resultWith('download', name, [{ on: 'link', times: Infinity, effect: { kind: 'badBody', body: { value } } }]);
		expect(course).toMatchObject({ outcome: 'unreadable', link: 1, blob: 0, retries: 7 });
	});
});

const FORBIDDEN = { error: { code: 'Forbidden', message: 'no' } };

describe('a run is sent again only when it certainly did not arrive', () => {
	/** Runs a script on a device; `sent` requests, of which `effective` took effect. */
	async function runWith(name: string, fault: Fault): Promise<Course> {
		const { emulator } = setting;
		const device = emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: { output } } });
		const handle = emulator.fault(fault);
		// Named so, the action of a lost answer is known on the slowest machine too.
		const comment = '=case 4711, execution {{ $execution.id }}';
		const { results, error } = await setting.runNode(runScript(device.id, { simplify: false, comment }));
		expect(handle.hits).toBeGreaterThan(0);
		const course = courseOf(results[0], error);
		note('run', name, course);
		return course;
	}

	it.each<[string, Effect, number, number]>([
		['429 with seconds', { kind: 'rateLimit', retryAfter: 5 }, 2, 1],
		['429 with a date', { kind: 'rateLimit', retryAfter: 'date', seconds: 5 }, 2, 1],
		['429 without a time', { kind: 'rateLimit', retryAfter: 'none' }, 2, 1],
		[
			'401 once',
			{ kind: 'status', status: 401, body: { error: { code: 'Unauthorized', message: 'Invalid or expired authorization header' } } },
			2,
			1,
		],
		['401 of something in between, after it took effect', { kind: 'status', status: 401, tookEffect: true, ...HTML }, 1, 1],
		['403, consent being new', { kind: 'status', status: 403, body: FORBIDDEN }, 2, 1],
		['reset when it was done, before the answer', { kind: 'reset', phase: 'afterProcessing' }, 1, 1],
		['reset during the answer', { kind: 'reset', phase: 'duringBody', afterBytes: 10 }, 1, 1],
		['answer cut off', { kind: 'truncate', bytes: 10, claim: 'full' }, 1, 1],
		['silent when it was done', { kind: 'stall' }, 1, 1],
	])('%s', async (name, effect, sent, effective) => {
		expect((await runWith(name, { on: 'run', effect })).outcome).toBe('succeeded');
		expect([setting.requestsOf('run').length, setting.emulator.runs.length]).toEqual([sent, effective]);
	});

	it.each<[string, Effect]>([
		['500', { kind: 'status', status: 500 }],
		['502 with HTML', { kind: 'status', status: 502, ...HTML }],
		['503', { kind: 'status', status: 503 }],
		['503 with a time', { kind: 'status', status: 503, headers: { 'Retry-After': '5' } }],
		['reset before the answer', { kind: 'reset', phase: 'beforeHeaders' }],
		['redirect to another host', { kind: 'redirect', location: 'https://evil.example/' }],
		['403, permanently', { kind: 'status', status: 403, body: FORBIDDEN }],
		['403 of something in between', { kind: 'status', status: 403, ...HTML }],
	])('%s, and it did not take effect', async (name, effect) => {
		const { outcome } = await runWith(name, { on: 'run', times: Infinity, effect });
		expect(outcome).toMatch(/^(The answer to the run request was lost|Defender refused to run live response)/);
		expect(setting.requestsOf('run')).toHaveLength(name === '403, permanently' ? 2 : 1);
		expect(setting.emulator.runs).toHaveLength(0);
	});
});

describe('a collected file', () => {
	it.each<[string, Effect, Expected]>([
		['broken half-way', { kind: 'reset', phase: 'duringBody', afterBytes: 20 }, { link: 1, blob: 2 }],
		['cut off', { kind: 'truncate', bytes: 20, claim: 'full' }, { link: 1, blob: 2 }],
		['wrong checksum', { kind: 'wrongMd5' }, { link: 1, blob: 2 }],
		['link over at the start', { kind: 'expired' }, { link: 2, blob: 2 }],
	])('arrives whole: %s', async (name, effect, expected) => {
		const id = endedFile(setting.emulator, { content: output });
		setting.emulator.fault({ on: 'blob', effect });
		const { results, error } = await setting.runNode({ ...GET_RESULT, simplify: false }, { items: [{ id }] });
		expect(results[0]).toMatchObject({ outcome: 'succeeded', fileSize: output.length, errors: [] });
		const course = courseOf(results[0], error);
		note('download of a file', name, course);
		expect(course).toMatchObject(expected);
	});

	it('arrives whole on a line that breaks every two megabytes', async () => {
		const size = 30 * 1024 * 1024;
		const id = endedFile(setting.emulator, { content: { size } });
		const fault = setting.emulator.fault({
			on: 'blob',
			times: 20,
			effect: { kind: 'reset', phase: 'duringBody', afterBytes: 2 * 1024 * 1024 },
		});
		const { results, error } = await setting.runNode({ ...GET_RESULT, simplify: false }, { items: [{ id }] });
		note('download of a file', 'broken every two megabytes', courseOf(results[0], error));
		expect(results[0]).toMatchObject({ outcome: 'succeeded', fileSize: size });
		expect(fault.hits).toBeGreaterThan(10);
	});
});
