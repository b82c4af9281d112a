import { describeBlocker, DeviceBusy } from '../../../nodes/DefenderLiveResponse/service/deviceBusy';
import { startAction } from '../../../nodes/DefenderLiveResponse/service/startAction';
import { ACTION_ID, actionEntity, actionOf, MACHINE_ID } from '../result/entities';
import type { Call } from './fakeSession';
import { fakeSession, refused } from './fakeSession';
import { runToSend } from './runToSend';

const OTHER_ID = '20d1de3f-0000-4715-8bed-a92223c50001';
const TODO =
	'A device runs one live response at a time, no matter who started it. Wait until it has ended, cancel it, or set When Device Is Busy to Wait.';
const PARAMS = [{ key: 'ScriptName', value: 'own.ps1' }];
const REQUEST = { machineId: MACHINE_ID, commands: [{ type: 'RunScript', params: PARAMS }], comment: 'case 4711' };
const START = Date.UTC(2026, 0, 13, 9);

interface Busy {
	/** What the service says of it. */
	message?: string;
	/** What it answered before. */
	before?: Error[];
	request?: typeof REQUEST;
	taken?: Set<string>;
	signal?: AbortSignal;
}

/** Sends a run to a device that is busy, by the service's answers to the looks for it. */
function send(answer: (call: Call) => unknown, { message, before = [], request = REQUEST, taken, signal }: Busy = {}) {
	const { session, calls } = fakeSession((call) => {
		if (call.method === 'GET') return answer(call);
		throw before.shift() ?? refused(400, { code: 'ActiveRequestAlreadyExists', message });
	}, signal);
	return { sent: startAction(session, runToSend(request, { taken })), calls };
}

async function busyAfter(...args: Parameters<typeof send>): Promise<{ busy: DeviceBusy; looks: Call[] }> {
	const { sent, calls } = send(...args);
	const busy = (await sent.catch((error: unknown) => error)) as DeviceBusy;
	return { busy, looks: calls.filter(({ method }) => method === 'GET') };
}

const entity = (id: string, more: object = {}) => ({
	...actionEntity('InProgress', [{ params: [{ key: 'ScriptName', value: 'a.ps1' }] }], id),
	...more,
});
const entities = (...ids: string[]) => ({ value: ids.map((id) => entity(id)) });
const STARTER = '2f48b784-0000-4e61-9957-012d26300000';
const ABOUT = `It is busy with a.ps1 (InProgress, started less than a minute ago by ${STARTER}, comment: case 4711).`;

it('says which live response of the device is unfinished', async () => {
	const { busy, looks } = await busyAfter(() => ({ value: [entity(ACTION_ID, { status: 'Succeeded' }), entity(OTHER_ID)] }));
	expect(looks.map(({ path }) => path)).toEqual([
		`/machineactions?$filter=machineId eq '${MACHINE_ID}' and type eq 'LiveResponse'&$top=100`,
	]);
	expect(busy).toBeInstanceOf(DeviceBusy);
	expect(busy).toMatchObject({
		message: 'The device is busy with another live response',
		blockerId: OTHER_ID,
		advice: `${ABOUT} ${TODO}`,
		description: `${ABOUT} ${TODO} Code: ActiveRequestAlreadyExists. Machine action: ${OTHER_ID}`,
		status: 400,
		sent: 'no',
	});
});

it.each(['Active action ID: {}', 'in progress, active action id {}.', 'Active Action Id:"{}"', '(active action id = {})'])(
	'reports the one that the service names, of several: %s',
	async (said) => {
		const { busy } = await busyAfter(() => entities(ACTION_ID, OTHER_ID), { message: said.replace('{}', OTHER_ID.toUpperCase()) });
		expect(busy.blockerId).toBe(OTHER_ID);
		expect(busy.advice).toContain(ABOUT);
		expect(busy.description).toMatch(new RegExp(`Machine action: ${OTHER_ID}$`));
	},
);

it.each<[string, (call: Call) => unknown]>([
	['is not visible', () => entities(ACTION_ID)],
	[
		'may not be seen',
		() => {
			throw refused(403, { code: 'Forbidden' });
		},
	],
])('names the one that the service names although it %s', async (_, answer) => {
	const { busy } = await busyAfter(answer, { message: `active action id:${OTHER_ID}` });
	expect(busy.blockerId).toBe(OTHER_ID);
	expect(busy.advice).toBe(TODO);
	expect(busy.description).toMatch(new RegExp(`Machine action: ${OTHER_ID}$`));
});

it('says where nothing is visible', async () => {
	const { busy, looks } = await busyAfter(() => ({ value: [] }), { message: 'in progress' });
	expect(busy.blockerId).toBeUndefined();
	expect(busy.advice).toContain(`The other one has no visible machine action: it may be a session in the Defender portal. ${TODO}`);
	expect(busy.description).toMatch(/ Code: ActiveRequestAlreadyExists$/);
	expect(looks).toHaveLength(1);
});

it('is cancelled with the execution', async () => {
	await expect(send(() => ({ value: [] }), { signal: AbortSignal.abort() }).sent).rejects.toThrow('The execution was cancelled');
});

describe('busy with this very run', () => {
	const limited = () => refused(429, {}, { 'retry-after': '30' });
	const own = (more: object = {}) => ({ ...actionEntity('InProgress', [{ params: PARAMS }]), ...more });
	const NAMED = { ...REQUEST, comment: 'n8n workflow W (id), execution 77' };

	it('an earlier try of which took effect although it was refused, is not a refusal', async () => {
		const { sent, calls } = send(() => ({ value: [own()] }), { before: [limited()] });
		expect((await sent).action.id).toBe(ACTION_ID);
		expect(calls.filter(({ method }) => method === 'POST')).toHaveLength(2);
	});

	it('is found although the service shows it late', async () => {
		const { sent } = send((call) => ({ value: call.at - START > 40_000 ? [own()] : [] }), { before: [limited()] });
		expect((await sent).action.id).toBe(ACTION_ID);
	});

	it('may have ended by then', async () => {
		const { sent } = send(() => ({ value: [own({ status: 'Succeeded' })] }), { before: [limited()] });
		expect((await sent).action.status).toBe('Succeeded');
	});

	it('is known by the name of the execution, at the first try too: something in between may have sent it twice', async () => {
		const { sent } = send(() => ({ value: [own({ requestorComment: NAMED.comment })] }), { request: NAMED });
		expect((await sent).action.id).toBe(ACTION_ID);
	});

	it.each<[string, object, Busy]>([
		['what asks for the same and was there before the first try', {}, {}],
		[
			'what was made at the time of the try that was refused',
			{ creationDateTimeUtc: new Date(START + 30_000).toISOString() },
			{ before: [limited()] },
		],
		['what another item has', { requestorComment: NAMED.comment }, { request: NAMED, taken: new Set([ACTION_ID]) }],
		['what names another execution', { requestorComment: 'n8n workflow W (id), execution 76' }, { request: NAMED, before: [limited()] }],
		[
			'what has other arguments',
			actionEntity('InProgress', [{ params: [...PARAMS, { key: 'Args', value: '-x' }] }]),
			{ before: [limited()] },
		],
		['what is on another device', { machineId: '0'.repeat(40) }, { before: [limited()] }],
	])('is not %s', async (_, more, settings) => {
		const { busy } = await busyAfter(() => ({ value: [own(more)] }), settings);
		expect(busy).toBeInstanceOf(DeviceBusy);
		expect(busy.blockerId).toBe(ACTION_ID);
	});
});

it('a status that may have come from something in between is not a refusal, whatever its code says', async () => {
	const { sent } = send(() => ({ value: [] }), { before: [refused(502, { code: 'ActiveRequestAlreadyExists' })] });
	await expect(sent).rejects.toMatchObject({ sent: 'maybe', advice: expect.stringContaining('The answer had the status 502.') as string });
});

describe('what is known of the other one', () => {
	const { session } = fakeSession(() => undefined);
	const ofApp = { ...session, transport: { ...session.transport, appNames: () => [STARTER] } };

	it('says no more than is known', () => {
		const unknown = { creationDateTimeUtc: null, requestorComment: null, entity: {} };
		expect(describeBlocker({ ...actionOf('Pending', []), ...unknown }, session)).toBe('It is busy with another action (Pending).');
		const commands = [{ params: [{ key: 'ScriptName', value: 'a.ps1' }] }, { params: [] }, { params: [{ key: 'Path', value: 'C:\\x' }] }];
		expect(describeBlocker({ ...actionOf('Pending', commands), ...unknown }, session)).toBe('It is busy with a.ps1, C:\\x (Pending).');
	});

	it('says how long ago it was started, and names the workflow and execution of this app', () => {
		const action = {
			...actionOf('Pending', [{ params: [{ key: 'ScriptName', value: 'a.ps1' }] }]),
			requestorComment: 'n8n workflow Baseline, weekly (abc123), execution 42 [run key: november]',
			creationDateTimeUtc: new Date(START - 12 * 60_000).toISOString(),
		};
		expect(describeBlocker(action, ofApp)).toBe(
			'It is busy with a.ps1 (Pending, started 12 minutes ago by n8n workflow Baseline, weekly (abc123), execution 42).',
		);
		// Others may write the same.
		expect(describeBlocker(action, session)).toContain(`started 12 minutes ago by ${STARTER}, comment: n8n workflow Baseline`);
		expect(describeBlocker({ ...action, requestorComment: 'case 4711' }, ofApp)).toContain(`started 12 minutes ago by ${STARTER}, comment`);
	});
});
