import type { Emulator } from '../../../playground/emulator';
import { apiClient, requestToken, runScript, startWithClock, type FakeClock } from './client';

let emulator: Emulator;
let clock: FakeClock;
let call: ReturnType<typeof apiClient>;
beforeAll(async () => {
	({ emulator, clock } = await startWithClock({ limits: 'real' }));
});
beforeEach(() => {
	emulator.reset();
	emulator.limits.setLimits('real');
	call = apiClient(emulator);
	emulator.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': {} } });
});
afterAll(() => emulator.close());
const listTimes = async (times: number) => {
	const statuses = [];
	for (let i = 0; i < times; i++) statuses.push((await call('GET', '/machines')).status);
	return statuses;
};

test('100 a minute: the window slides, and refused calls do not count', async () => {
	await listTimes(60);
	clock.advance(20_000);
	expect(await listTimes(40)).toEqual(Array(40).fill(200));
	const refused = await call('GET', '/machines');
	expect(refused).toMatchObject({
		status: 429,
		body: { error: { code: '429', message: 'API calls quota exceeded! maximum allowed 100 per 00:01:00' } },
	});
	expect(refused.headers.get('retry-after')).toBe('40');
	clock.advance(40_000);
	expect(await listTimes(61)).toEqual([...Array(60).fill(200), 429]);
});

test('each API and each app counts for itself', async () => {
	emulator.limits.setLimits({ perMinute: 1 });
	expect(await listTimes(2)).toEqual([200, 429]);
	expect((await call('GET', '/machineactions')).status).toBe(200);
	const app = emulator.apps.addApp({ secrets: [{ value: 's' }] });
	const token = (await requestToken(emulator, { client_id: app.clientId, client_secret: 's' })).body.access_token;
	expect((await fetch(`${emulator.apiUrl}/api/machines`, { headers: { Authorization: `Bearer ${token}` } })).status).toBe(200);
});

test('the hour has its own figure', async () => {
	emulator.limits.setLimits({ perHour: 3 });
	for (let i = 0; i < 3; i++) {
		await listTimes(1);
		clock.advance(120_000);
	}
	const refused = await call('GET', '/machines');
	expect(refused.body.error.message).toBe('API calls quota exceeded! maximum allowed 3 per 01:00:00');
	expect(refused.headers.get('retry-after')).toBe(String(3600 - 360));
});

test('isolate has the figures of the others, not those of run', async () => {
	const statuses = [];
	for (let i = 0; i < 101; i++)
		statuses.push((await call('POST', '/machines/none/isolate', { Comment: 'x', IsolationType: 'Full' })).status);
	expect(statuses).toEqual([...Array(100).fill(404), 429]);
});

test('run: 10 a minute and a number of sessions', async () => {
	const machines = Array.from({ length: 11 }, (_, i) => emulator.addDevice({ computerDnsName: `ws-1${i}` }).id);
	const run = (id: string) => call('POST', `/machines/${id}/runliveresponse`, { Commands: [runScript('a.ps1')], Comment: 'x' });
	const statuses = [];
	for (const id of machines) statuses.push((await run(id)).status);
	expect(statuses).toEqual([...Array(10).fill(201), 429]);
	emulator.limits.setLimits({ runPerMinute: Infinity, concurrentSessions: 10 });
	expect((await run(machines[10])).status).toBe(429);
	clock.advance(5000);
	expect((await run(machines[10])).status).toBe(201);
});
