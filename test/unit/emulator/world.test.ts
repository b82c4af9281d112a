import { sweepWorld, type DeviceInput, type Emulator } from '../../../playground/emulator';
import { apiClient, runScript, startWithClock, type FakeClock } from './client';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SCRIPT = 'a.ps1';

let emulator: Emulator;
let clock: FakeClock;
let call: ReturnType<typeof apiClient>;
beforeAll(async () => {
	({ emulator, clock } = await startWithClock({ life: { pendingMs: MINUTE, runMs: MINUTE }, tokenLifeMs: 7 * 24 * HOUR }));
});
beforeEach(() => {
	emulator.reset();
	call = apiClient(emulator);
});
afterAll(() => emulator.close());

/** A device that is on in these minutes from now on. */
const device = (minutes: Array<[number, number]>, more: Partial<DeviceInput> = {}) =>
	emulator.addDevice({
		computerDnsName: `ws-${emulator.machines().length}`,
		scripts: { [SCRIPT]: {} },
		onIn: minutes.map(([from, until]) => ({ from: clock.now() + from * MINUTE, until: clock.now() + until * MINUTE })),
		...more,
	}).id;
const run = async (machineId: string) =>
	await call('POST', `/machines/${machineId}/runliveresponse`, { Commands: [runScript(SCRIPT)], Comment: 'case 4711' });
const seen = async (id: string) => {
	const { status, commands } = (await call('GET', `/machineactions/${id}`)).body;
	return [status, commands[0].startTime !== null, commands[0].endTime !== null];
};
const finished = (id: string) => emulator.finishedScripts().filter(({ machineActionId }) => machineActionId === id).length;
const after = async (minutes: number, id: string) => {
	clock.advance(minutes * MINUTE);
	return [...(await seen(id)), finished(id)];
};

test('a run on a device that is off starts when it comes on', async () => {
	const { id } = (await run(device([[50, 100]]))).body;
	expect(await after(49, id)).toEqual(['Pending', false, false, 0]);
	expect(await after(1, id)).toEqual(['InProgress', true, false, 0]);
	expect(await after(1, id)).toEqual(['Succeeded', true, true, 1]);
});

test('the service waits two hours for a device, or as long as is set', async () => {
	const times: Array<[number, number]> = [[121, 1000]];
	const { id } = (await run(device(times))).body;
	emulator.settings.offlineQueueMs = 72 * HOUR;
	const patient = (await run(device(times))).body.id;
	expect(await after(119, id)).toEqual(['Pending', false, false, 0]);
	expect(await after(1, id)).toEqual(['TimeOut', false, false, 0]);
	expect(await after(10, id)).toEqual(['TimeOut', false, false, 0]);
	expect(await after(0, patient)).toEqual(['Succeeded', true, true, 1]);
});

test('a script goes on while its device is off, and its result shows when it is back', async () => {
	const { id } = (
		await run(
			device([
				[0, 1.5],
				[30, 40],
			]),
		)
	).body;
	expect(await after(2, id)).toEqual(['InProgress', true, false, 1]);
	expect(await after(27.9, id)).toEqual(['InProgress', true, false, 1]);
	expect(await after(0.1, id)).toEqual(['Succeeded', true, true, 1]);
	expect((await call('GET', `/machineactions/${id}/GetLiveResponseResultDownloadLink(index=0)`)).status).toBe(200);
});

test.each<[string, Array<[number, number]>, number, unknown[]]>([
	['before its device starts it never starts', [[10, 100]], 5, ['Cancelled', false, false, 0]],
	['before its turn comes never starts', [[0, 100]], 0.5, ['Cancelled', false, false, 0]],
	['while it runs is ended', [[0, 100]], 1.5, ['Cancelled', true, false, 0]],
	['while its device is off goes on', [[0, 1.2]], 1.5, ['Cancelled', true, false, 1]],
])('what is cancelled %s', async (_title, minutes, cancelled, end) => {
	const { id } = (await run(device(minutes))).body;
	clock.advance(cancelled * MINUTE);
	expect((await call('POST', `/machineactions/${id}/cancel`, { Comment: 'enough' })).status).toBe(200);
	expect(await after(120, id)).toEqual(end);
});

test('an existing action that is cancelled while it is Pending never started', async () => {
	const commands = [{ type: 'RunScript' as const, name: SCRIPT, status: 'Completed' }];
	const machineId = device([[0, 100]]);
	const { id } = emulator.addAction({ machineId, status: 'Pending', endedAt: clock.now() + 10 * MINUTE, commands });
	expect(await seen(id)).toEqual(['Pending', false, false]);
	await call('POST', `/machineactions/${id}/cancel`, { Comment: 'enough' });
	expect(await after(20, id)).toEqual(['Cancelled', false, false, 0]);
});

test.each([
	['counted', true, 429],
	['not counted', false, 201],
])('sessions are limited, those of offline devices %s', async (_title, pendingIsSession, status) => {
	emulator.settings.pendingIsSession = pendingIsSession;
	emulator.limits.setLimits({ concurrentSessions: 25, runPerMinute: Infinity });
	for (let n = 0; n < 25; n++) expect((await run(device([]))).status).toBe(201);
	expect((await run(device([[0, 10]]))).status).toBe(status);
	emulator.limits.setLimits('none');
});

test('a portal session keeps runs off for its time', async () => {
	const id = device([[0, 100]], { portalSessions: [{ from: clock.now(), until: clock.now() + 45 * MINUTE }] });
	expect((await run(id)).body.error.code).toBe('ActiveRequestAlreadyExists');
	clock.advance(45 * MINUTE);
	expect((await run(id)).status).toBe(201);
});

test('the world of the sweep is the same for the same seed, and as its definition says', async () => {
	const world = () => sweepWorld(emulator, { devices: 1000, seed: 7, scriptName: SCRIPT });
	const now = clock.now();
	const devices = world();
	const shareOn = (at: number) => devices.filter(({ onIn }) => onIn.some(({ from, until }) => from <= at && at < until)).length / 1000;
	expect(shareOn(now)).toBeCloseTo(0.686, 1);
	expect(shareOn(now + 48 * HOUR)).toBeCloseTo(0.686, 1);
	expect(devices.filter(({ onIn }) => onIn.length === 0).length / 1000).toBeCloseTo(0.02, 1);
	const lengths = devices.flatMap(({ onIn }) => onIn.slice(1, 5).map(({ from, until }) => until - from));
	expect(lengths.reduce((sum, each) => sum + each, 0) / lengths.length / HOUR).toBeCloseTo(7, 0);
	const waits = new Set();
	for (const { id } of devices.filter(({ onIn }) => onIn[0]?.from === now).slice(3, 23)) {
		const { body } = await run(id);
		clock.advance(5 * HOUR);
		const { creationDateTimeUtc, commands } = (await call('GET', `/machineactions/${body.id}`)).body;
		if (commands[0].startTime) waits.add(Math.round((Date.parse(commands[0].startTime) - Date.parse(creationDateTimeUtc)) / 1000));
		clock.advance(-5 * HOUR);
	}
	expect(waits.size).toBeGreaterThan(10);
	emulator.reset();
	expect(world().map(({ onIn }) => onIn)).toEqual(devices.map(({ onIn }) => onIn));
});
