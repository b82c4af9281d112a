import type { Emulator } from '../../../playground/emulator';
import { apiClient, runScript, startWithClock, type FakeClock } from './client';

let emulator: Emulator;
let clock: FakeClock;
let call: ReturnType<typeof apiClient>;
let id: string;
let other: string;
beforeAll(async () => {
	({ emulator, clock } = await startWithClock());
});
beforeEach(() => {
	emulator.reset();
	call = apiClient(emulator);
	({ id } = emulator.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': {}, 'b.ps1': {} } }));
	other = emulator.addDevice({ computerDnsName: 'ws-02' }).id;
});
afterAll(() => emulator.close());

const run = (machineId: string, script = 'a.ps1', comment = 'first') =>
	call('POST', `/machines/${machineId}/runliveresponse`, { Commands: [runScript(script)], Comment: comment });

test('off by default: a second run is refused', async () => {
	await run(id);
	expect((await run(id, 'b.ps1', 'second')).body.error.code).toBe('ActiveRequestAlreadyExists');
});

test('a second run is answered with the first one, of another comment and script, and does not run', async () => {
	emulator.settings.answersWithEarlierMs = 500;
	const first = await run(id);
	clock.advance(500);
	const second = await run(id, 'b.ps1', 'second');
	expect(second).toMatchObject({
		status: 201,
		body: { id: first.body.id, requestorComment: 'first', commands: [{ command: runScript('a.ps1') }] },
	});
	expect((await run(other)).body.id).not.toBe(first.body.id);
	expect(emulator.runs).toHaveLength(2);
	clock.advance(1);
	expect((await run(id, 'b.ps1')).status).toBe(400);
});

test('… which may be of another device, another user, or already ended', async () => {
	Object.assign(emulator.settings, { answersWithEarlierMs: 60_000, earlierOf: 'tenant' });
	const { id: theirs } = emulator.addAction({
		machineId: other,
		createdAt: clock.now() - 30_000,
		endedAt: clock.now() - 1000,
		commands: [{ type: 'RunScript', name: 'x.ps1' }],
	});
	expect(await run(id)).toMatchObject({
		status: 201,
		body: { id: theirs, machineId: other, status: 'Succeeded', requestor: 'analyst@contoso.example' },
	});
	expect(emulator.runs).toEqual([]);
	const isolated = await call('POST', `/machines/${id}/isolate`, { Comment: 'a', IsolationType: 'Full' });
	expect(isolated.body.id).not.toBe(theirs);
	expect((await call('POST', `/machines/${id}/isolate`, { Comment: 'b', IsolationType: 'Selective' })).body).toMatchObject({
		id: isolated.body.id,
		scope: 'Full',
	});
	expect(emulator.responses).toHaveLength(1);
});

test('two quick runs can both be accepted', async () => {
	emulator.settings.busyAfterMs = 300;
	const first = await run(id);
	const second = await run(id, 'b.ps1');
	expect([first.status, second.status, first.body.id === second.body.id]).toEqual([201, 201, false]);
	clock.advance(300);
	expect((await run(id)).status).toBe(400);
	expect(emulator.runs).toHaveLength(2);
});

test.each([25, 50])('pending runs of offline devices fill %d sessions, unless they do not count', async (concurrentSessions) => {
	emulator.limits.setLimits({ perMinute: Infinity, runPerMinute: Infinity, concurrentSessions });
	for (let i = 0; i < concurrentSessions; i++) {
		const { id: offline } = emulator.addDevice({ computerDnsName: `off-${i}`, offline: true });
		expect((await run(offline)).status).toBe(201);
	}
	const full = await run(id);
	expect(full).toMatchObject({
		status: 429,
		body: { error: { message: `Maximum number of concurrent live response sessions (${concurrentSessions}) was reached` } },
	});
	expect(full.headers.get('retry-after')).toBe('60');
	emulator.settings.sessionRetryAfter = undefined;
	expect((await run(id)).headers.get('retry-after')).toBeNull();
	emulator.settings.pendingIsSession = false;
	expect((await run(id)).status).toBe(201);
});
