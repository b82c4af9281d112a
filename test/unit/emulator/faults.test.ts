/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { ActionCommandInput, Emulator, Fault } from '../../../playground/emulator';
import { apiClient, requestToken, runScript, startWithClock, type FakeClock } from './client';

let emulator: Emulator;
let clock: FakeClock;
let call: ReturnType<typeof apiClient>;
let machineId: string;
beforeAll(async () => {
	({ emulator, clock } = await startWithClock());
});
beforeEach(() => {
	emulator.reset();
	call = apiClient(emulator);
	machineId = emulator.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': {} } }).id;
});
afterAll(() => emulator.close());

const COMMAND: ActionCommandInput = { type: 'GetFile', name: 'x', file: { content: '0123456789', container: 'raw' } };
const TEXT = '0123456789';
async function getLink(): Promise<string> {
	const { id } = emulator.addAction({ machineId, commands: [COMMAND] });
	return (await call('GET', `/machineactions/${id}/GetLiveResponseResultDownloadLink(index=0)`)).body.value;
}
const onBlob = (effect: Fault['effect']) => emulator.fault({ on: 'blob', effect });
/** Reads a body as far as it comes. */
async function readSome(response: Response): Promise<{ text: string; broken: boolean }> {
	let text = '';
	try {
		for await (const chunk of response.body!) text += Buffer.from(chunk).toString();
		return { text, broken: false };
	} catch {
		return { text, broken: true };
	}
}
const run = () => call('POST', `/machines/${machineId}/runliveresponse`, { Commands: [runScript('a.ps1')], Comment: 'x' });

test('status, with headers and a body that is not JSON', async () => {
	emulator.fault({
		on: 'blob',
		effect: { kind: 'status', status: 503, headers: { 'Retry-After': '7' }, body: '<html>', contentType: 'text/html' },
	});
	const response = await fetch(await getLink());
	expect([response.status, response.headers.get('retry-after'), response.headers.get('content-type'), await response.text()]).toEqual([
		503,
		'7',
		'text/html',
		'<html>',
	]);
});

test('delay adds to what follows', async () => {
	emulator.fault({ on: 'machine.list', effect: { kind: 'delay', ms: 60 } });
	emulator.fault({ on: 'machine.list', effect: { kind: 'status', status: 502, body: { a: 1 } } });
	const started = Date.now();
	expect(await call('GET', '/machines')).toMatchObject({ status: 502, body: { a: 1 } });
	expect(Date.now() - started).toBeGreaterThanOrEqual(55);
});

test.each([
	[{}, '1'],
	[{ seconds: 4 }, '4'],
	[{ retryAfter: 9 }, '9'],
	[{ retryAfter: 'none' }, null],
	[{ retryAfter: 'date', seconds: 5 }, 'Tue, 13 Jan 2026 09:00:05 GMT'],
] as const)('rateLimit %j', async (effect, header) => {
	emulator.fault({ on: 'machine.list', effect: { kind: 'rateLimit', ...effect } });
	const answer = await call('GET', '/machines');
	expect(answer).toMatchObject({
		status: 429,
		body: { error: { code: '429', message: 'API calls quota exceeded! maximum allowed 100 per 00:01:00' } },
	});
	expect(answer.headers.get('retry-after')).toBe(header);
});

test('reset before the headers has no effect, reset after processing has', async () => {
	await call('GET', '/machines');
	emulator.fault({ on: 'run', effect: { kind: 'reset', phase: 'beforeHeaders' } });
	await expect(run()).rejects.toThrow('fetch failed');
	expect(emulator.runs).toHaveLength(0);
	emulator.fault({ on: 'run', effect: { kind: 'reset', phase: 'afterProcessing' } });
	await expect(run()).rejects.toThrow('fetch failed');
	expect(emulator.runs).toHaveLength(1);
	expect(emulator.requests.filter(({ operation }) => operation === 'run')).toMatchObject([{ aborted: true }, { aborted: true }]);
});

test('reset in the middle, and each kind of cut', async () => {
	onBlob({ kind: 'reset', phase: 'duringBody', afterBytes: 4 });
	expect(await readSome(await fetch(await getLink()))).toEqual({ text: '0123', broken: true });
	onBlob({ kind: 'truncate', bytes: 5, claim: 'full' });
	const full = await fetch(await getLink());
	expect([full.headers.get('content-length'), await readSome(full)]).toEqual(['10', { text: '01234', broken: true }]);
	onBlob({ kind: 'truncate', bytes: 5, claim: 'short' });
	const short = await fetch(await getLink());
	expect([short.headers.get('content-length'), await readSome(short)]).toEqual(['5', { text: '01234', broken: false }]);
	onBlob({ kind: 'truncate', bytes: 5, claim: 'chunked' });
	const chunked = await fetch(await getLink());
	expect([chunked.headers.get('content-length'), await readSome(chunked)]).toEqual([null, { text: '01234', broken: false }]);
});

test('a stall lasts until the client leaves', async () => {
	onBlob({ kind: 'stall', afterBytes: 3 });
	const reader = (await fetch(await getLink())).body!.getReader();
	expect(Buffer.from((await reader.read()).value!).toString()).toBe('012');
	const silence = new Promise((resolve) => setTimeout(resolve, 200, 'silence'));
	expect(await Promise.race([reader.read(), silence])).toBe('silence');
	await reader.cancel();
	expect(emulator.requests.at(-1)!.operation).toBe('blob');
	while (!emulator.requests.at(-1)!.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
});

test('slow', async () => {
	onBlob({ kind: 'slow', bytesPerSecond: 60 });
	const started = Date.now();
	expect(await (await fetch(await getLink())).text()).toBe(TEXT);
	expect(Date.now() - started).toBeGreaterThanOrEqual(140);
});

test('expired link, wrong MD5, redirect, bad body', async () => {
	emulator.fault({ on: 'link', effect: { kind: 'expired' } });
	expect((await fetch(await getLink())).status).toBe(403);
	onBlob({ kind: 'expired' });
	const link = await getLink();
	expect(await (await fetch(link)).text()).toContain('Signature not valid in the specified time frame');
	onBlob({ kind: 'wrongMd5' });
	const [wrong, right] = [await fetch(link), await fetch(link)];
	expect(wrong.headers.get('content-md5')).not.toBe(right.headers.get('content-md5'));
	onBlob({ kind: 'redirect', location: 'http://169.254.169.254/' });
	const redirect = await fetch(link, { redirect: 'manual' });
	expect([redirect.status, redirect.headers.get('location')]).toEqual([302, 'http://169.254.169.254/']);
	onBlob({ kind: 'notFound' });
	expect((await fetch(link)).headers.get('x-ms-error-code')).toBe('BlobNotFound');
	emulator.fault({ on: 'action.list', effect: { kind: 'badBody', body: { value: 7 } } });
	expect(await call('GET', '/machineactions')).toMatchObject({ status: 200, body: { value: 7 } });
	emulator.fault({ on: 'token', effect: { kind: 'badBody', body: '{}' } });
	expect(await requestToken(emulator)).toEqual({ status: 200, body: {} });
});

test('a new action can be 404 for a while', async () => {
	emulator.fault({ on: 'action.get', effect: { kind: 'notFound', ms: 5000 } });
	const { id } = (await run()).body;
	const statuses = [];
	for (const ms of [0, 4999, 1]) {
		clock.advance(ms);
		statuses.push((await call('GET', `/machineactions/${id}`)).status);
	}
	expect(statuses).toEqual([404, 404, 200]);
	emulator.fault({ on: 'action.get', times: 2, effect: { kind: 'notFound' } });
	for (const expected of [404, 404, 200]) expect((await call('GET', `/machineactions/${id}`)).status).toBe(expected);
});

test('skip, times, when, hits and remove', async () => {
	const other = emulator.addDevice({ computerDnsName: 'ws-02' }).id;
	const effect = { kind: 'status', status: 500 } as const;
	const handle = emulator.fault({ on: ['machine.get', 'machine.list'], skip: 1, times: 2, when: { machineId }, effect });
	const ask = async (id: string) => (await call('GET', `/machines/${id}`)).status;
	expect([await ask(other), await ask(machineId), await ask(machineId), await ask(machineId), await ask(machineId)]).toEqual([
		200, 200, 500, 500, 200,
	]);
	expect(handle.hits).toBe(2);
	const always = emulator.fault({ on: 'machine.get', times: Infinity, effect });
	expect(await ask(other)).toBe(500);
	always.remove();
	expect(await ask(other)).toBe(200);
});

test('a probability is drawn from the seed', async () => {
	const hits = [];
	for (let round = 0; round < 2; round++) {
		const handle = emulator.fault({
			on: 'machine.get',
			times: Infinity,
			probability: 0.5,
			seed: 7,
			effect: { kind: 'status', status: 500 },
		});
		const statuses = [];
		for (let i = 0; i < 20; i++) statuses.push((await call('GET', `/machines/${machineId}`)).status);
		handle.remove();
		hits.push(statuses);
	}
	expect(hits[0]).toEqual(hits[1]);
	expect(new Set(hits[0])).toEqual(new Set([200, 500]));
});
