/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { request, type IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Effect, Emulator } from '../../../playground/emulator';
import { apiClient, requestToken, runScript, startWithClock } from './client';

let emulator: Emulator;
let token: string;
beforeAll(async () => {
	({ emulator } = await startWithClock({ tokenLifeMs: 86_400_000 }));
});
beforeEach(async () => {
	emulator.reset();
	emulator.addDevice({ computerDnsName: 'ws-01', scripts: { 'a.ps1': {} } });
	token = (await requestToken(emulator)).body.access_token;
});
afterAll(() => emulator.close());

/** A request as it goes over the wire: fetch would unpack, follow and hide. */
async function ask(path: string, body?: unknown) {
	const sent = body === undefined ? undefined : JSON.stringify(body);
	const asked = request(`${emulator.apiUrl}/api${path}`, {
		method: sent === undefined ? 'GET' : 'POST',
		headers: {
			Authorization: `Bearer ${token}`,
			'Accept-Encoding': 'identity',
			...(sent !== undefined && { 'Content-Type': 'application/json' }),
		},
		agent: false,
	}).end(sent);
	const informations: number[] = [];
	asked.on('information', ({ statusCode }) => informations.push(statusCode));
	const response = await new Promise<unknown>((resolve) => asked.on('response', resolve).on('error', resolve));
	return { response: response as IncomingMessage, informations };
}
async function bytesOf(response: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of response) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}
const run = async () =>
	await ask(`/machines/${emulator.machines()[0].id}/runliveresponse`, { Commands: [runScript('a.ps1')], Comment: 'x' });

test('every status from 200 to 999, before and after the run took effect', async () => {
	emulator.settings.busyAfterMs = Infinity;
	const seen = [];
	for (let status = 200; status <= 999; status++) {
		const tookEffect = status % 2 === 1;
		emulator.fault({ on: 'run', effect: { kind: 'status', status, tookEffect, body: '{"error":{}}' } });
		const before = emulator.runs.length;
		const { response } = await run();
		await bytesOf(response);
		seen.push([response.statusCode, emulator.runs.length - before]);
	}
	expect(seen).toEqual(Array.from({ length: 800 }, (_, i) => [200 + i, i % 2]));
});

test.each([100, 102, 103, 150, 199])('%d announces an answer that does not come', async (status) => {
	emulator.fault({ on: 'run', effect: { kind: 'status', status, tookEffect: true } });
	const { response, informations } = await run();
	expect(informations).toEqual([status]);
	expect(response).toMatchObject({ code: 'ECONNRESET' });
	expect(emulator.runs).toHaveLength(1);
});

test.each<[Effect, number]>([
	[{ kind: 'rateLimit', tookEffect: true }, 429],
	[{ kind: 'redirect', location: 'http://127.0.0.1:9/', tookEffect: true }, 302],
	[{ kind: 'notFound', tookEffect: true }, 404],
	[{ kind: 'badBody', body: null, tookEffect: true }, 200],
])('%j: the request took effect', async (effect, status) => {
	emulator.fault({ on: 'run', effect });
	expect((await run()).response.statusCode).toBe(status);
	expect(emulator.runs).toHaveLength(1);
	emulator.settings.busyAfterMs = Infinity;
	emulator.fault({ on: 'run', effect: { ...effect, tookEffect: false } as Effect });
	expect((await run()).response.statusCode).toBe(status);
	expect(emulator.runs).toHaveLength(1);
});

test.each([
	'',
	'HTTP/1.1 20',
	'SSH-2.0-x\r\n',
	'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab',
	'HTTP/1.1 000 None\r\nContent-Length: 0\r\n\r\n',
])('exactly the bytes %j', async (bytes) => {
	emulator.fault({ on: 'machine.list', effect: { kind: 'raw', bytes } });
	const { response } = await ask('/machines');
	// A response, or an error: Jest's own Error is not that of Node's http module.
	const outcome =
		'statusCode' in response
			? await bytesOf(response).then(String, (error: Error) => error.message)
			: (response as unknown as Error).message;
	expect(outcome).toMatch(/socket hang up|Parse Error|aborted|^$/);
	expect(emulator.requests.at(-1)).toMatchObject({ operation: 'machine.list', status: undefined });
	expect((await apiClient(emulator)('GET', '/machines')).status).toBe(200);
});

test('an endless answer ends when the client leaves', async () => {
	emulator.fault({ on: 'machine.list', effect: { kind: 'endless' } });
	const { response } = await ask('/machines');
	let text = '';
	for await (const chunk of response) {
		text += String(chunk);
		if (text.length > 100_000) break;
	}
	expect(text).toMatch(/^\{"value":\[(\{"id":"0"\},)+/);
	while (!emulator.requests.at(-1)!.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
});

test('a dripping answer: this many bytes at a time', async () => {
	const whole = (await bytesOf((await ask('/machines')).response)).length;
	emulator.fault({ on: 'machine.list', effect: { kind: 'drip', everyMs: 5, bytes: 100 } });
	const { response } = await ask('/machines');
	const sizes: number[] = [];
	for await (const chunk of response) sizes.push((chunk as Buffer).length);
	expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(whole);
	expect(sizes.length).toBeGreaterThan(1);
	// The network may join pieces where the machine is busy.
	expect(sizes.slice(0, -1).map((size) => size % 100)).toEqual(sizes.slice(1).map(() => 0));
});

test.each([
	['gzip', gunzipSync],
	['deflate', inflateSync],
	['br', brotliDecompressSync],
] as const)('packed as %s although identity was asked for, as large as wanted', async (encoding, unpack) => {
	emulator.fault({ on: 'machine.list', effect: { kind: 'encoded', encoding, padTo: 5_000_000 } });
	const { response } = await ask('/machines');
	expect(response.headers['content-encoding']).toBe(encoding);
	const packed = await bytesOf(response);
	expect(packed.length).toBeLessThan(20_000);
	const bytes = unpack(packed);
	expect([bytes.length, JSON.parse(bytes.toString()).value.length]).toEqual([5_000_000, 1]);
});

test('pages without end, and a next link elsewhere', async () => {
	emulator.fault({ on: 'machine.list', times: 3, effect: { kind: 'nextLink' } });
	let path = '/machines?$top=5';
	for (let page = 0; page < 3; page++) {
		const list = JSON.parse(String(await bytesOf((await ask(path)).response)));
		expect([list.value.length, list['@odata.nextLink']]).toEqual([1, `${emulator.apiUrl}/api/machines?$top=5`]);
		path = list['@odata.nextLink'].slice(`${emulator.apiUrl}/api`.length);
	}
	emulator.fault({ on: 'machine.list', effect: { kind: 'nextLink', location: 'https://elsewhere.example/x' } });
	expect(JSON.parse(String(await bytesOf((await ask(path)).response)))['@odata.nextLink']).toBe('https://elsewhere.example/x');
});

test('other headers on the right answer', async () => {
	emulator.fault({
		on: 'machine.list',
		effect: { kind: 'headers', headers: { 'Content-Type': 'text/html', Date: 'never', 'X-Long': 'x'.repeat(1000) } },
	});
	const { response } = await ask('/machines');
	expect([response.statusCode, response.headers['content-type'], response.headers.date, response.headers['x-long']?.length]).toEqual([
		200,
		'text/html',
		'never',
		1000,
	]);
	expect(JSON.parse(String(await bytesOf(response))).value).toHaveLength(1);
});

test('the right answer, rewritten as a test wants it, that of the storage too', async () => {
	emulator.fault({
		on: 'machine.list',
		effect: {
			kind: 'rewritten',
			by: ({ headers, body }) => ({
				status: 299,
				headers: { ...headers, 'X-A': '1' },
				body: Buffer.from(body.toString().replace('ws-01', 'ws-99')),
			}),
		},
	});
	const { response } = await ask('/machines');
	expect([response.statusCode, response.headers['x-a'], String(await bytesOf(response)).includes('ws-99')]).toEqual([299, '1', true]);
	const { id } = emulator.addAction({ commands: [{ type: 'GetFile', name: 'x', file: { content: { size: 100_000 }, container: 'raw' } }] });
	emulator.fault({ on: 'blob', effect: { kind: 'rewritten', by: (answer) => ({ ...answer, body: answer.body.subarray(0, 7) }) } });
	const link = await apiClient(emulator)('GET', `/machineactions/${id}/GetLiveResponseResultDownloadLink(index=0)`);
	expect((await (await fetch(link.body.value)).arrayBuffer()).byteLength).toBe(7);
});
