/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { digest, generatedContent, type ActionCommandInput, type Emulator } from '../../../playground/emulator';
import { apiClient, startWithClock, type FakeClock } from './client';

let emulator: Emulator;
let clock: FakeClock;
let call: ReturnType<typeof apiClient>;
beforeAll(async () => {
	({ emulator, clock } = await startWithClock());
	emulator.addDevice({ computerDnsName: 'ws-01' });
	call = apiClient(emulator);
});
afterAll(() => emulator.close());

async function linkTo(command: ActionCommandInput): Promise<string> {
	const { id } = emulator.addAction({ commands: [command] });
	return (await call('GET', `/machineactions/${id}/GetLiveResponseResultDownloadLink(index=0)`)).body.value;
}
async function bytesOf(command: ActionCommandInput): Promise<Buffer> {
	return Buffer.from(await (await fetch(await linkTo(command))).arrayBuffer());
}
const SCRIPT: ActionCommandInput = { type: 'RunScript', name: 'a.ps1', script: { exitCode: 3, output: 'Grüße', errors: 'oops' } };
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('base64');

test('a transcript comes with the banner and NUL of Windows', async () => {
	const response = await fetch(await linkTo(SCRIPT));
	expect(response.headers.get('content-type')).toBe('application/json');
	expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename=output_[0-9a-f-]{36}_0\.json$/);
	expect(await response.json()).toEqual({
		script_name: 'a.ps1',
		exit_code: 3,
		script_errors: 'oops',
		script_output: expect.stringMatching(
			/^Transcript started, output file is C:\\ProgramData\\.*PSScript_Transcript_\{[0-9A-F-]{36}\}\.txt\nGrüße\0$/,
		),
	});
});

test.each([
	['utf8bom', (bytes: Buffer) => bytes.subarray(3).toString()],
	['utf16le', (bytes: Buffer) => bytes.subarray(2).toString('utf16le')],
	['utf16be', (bytes: Buffer) => Buffer.from(bytes).swap16().subarray(2).toString('utf16le')],
	['gzip', (bytes: Buffer) => gunzipSync(bytes).toString()],
] as const)('encoding %s, names of 2021', async (encoding, decode) => {
	const bytes = await bytesOf({
		type: 'RunScript',
		name: 'a.sh',
		script: { encoding, keys: '2021', banner: false, nuls: 0, output: 'Grüße', transcript: { exit_code: '4' } },
	});
	expect(JSON.parse(decode(bytes))).toEqual({ name: 'a.sh', exit_code: '4', script_output: 'Grüße', script_error: '' });
});

test('exact bytes', async () => {
	const raw = Buffer.from([0xff, 0, 1]);
	expect(await bytesOf({ type: 'RunScript', script: { raw } })).toEqual(raw);
	expect(await bytesOf({ type: 'GetFile', name: 'C:\\x', file: { raw: { base64: raw.toString('base64') } } })).toEqual(raw);
});

test('a collected file is gzip with its name inside and URL-encoded outside', async () => {
	const response = await fetch(await linkTo({ type: 'GetFile', name: 'C:\\Temp\\Bericht ä.txt', file: { content: 'text' } }));
	expect(response.headers.get('content-disposition')).toBe('attachment; filename=Bericht%20%C3%A4.txt.gz');
	const bytes = Buffer.from(await response.arrayBuffer());
	expect(bytes.subarray(10, bytes.indexOf(0, 10)).toString()).toBe('Bericht ä.txt');
	expect(gunzipSync(bytes).toString()).toBe('text');
	const bare = await fetch(
		await linkTo({ type: 'GetFile', name: '/etc/x', file: { content: 'text', container: 'raw', contentDisposition: false } }),
	);
	expect(bare.headers.get('content-disposition')).toBeNull();
	expect(await bare.text()).toBe('text');
});

test.each([0, 1, 65_535, 65_536, 200_000])('generated content of %d bytes is a sound gzip, in ranges too', async (size) => {
	const link = await linkTo({ type: 'GetFile', name: 'C:\\big.bin', file: { content: { size } } });
	const whole = Buffer.from(await (await fetch(link)).arrayBuffer());
	expect(createHash('sha256').update(gunzipSync(whole)).digest()).toEqual(await digest(generatedContent(size), 'sha256'));
	for (const start of [0, 5, 19, 20, 21, 65_560, 131_100, whole.length - 9, whole.length - 1].filter((at) => at < whole.length)) {
		const end = Math.min(whole.length, start + 70_000);
		const part = await fetch(link, { headers: { Range: `bytes=${start}-${end - 1}` } });
		expect(part.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${whole.length}`);
		expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(start, end))).toBe(true);
	}
});

test('range, ETag and MD5', async () => {
	const link = await linkTo({ type: 'GetFile', name: 'x', file: { content: '0123456789', container: 'raw' } });
	const whole = await fetch(link);
	expect(Object.fromEntries(whole.headers)).toMatchObject({
		'content-length': '10',
		'content-md5': md5(Buffer.from('0123456789')),
		'accept-ranges': 'bytes',
		'x-ms-blob-type': 'BlockBlob',
		'content-type': 'application/octet-stream',
	});
	const etag = whole.headers.get('etag')!;
	expect(etag).toMatch(/^"0x8D/);
	const part = await fetch(link, { headers: { Range: 'bytes=4-', 'If-Match': etag } });
	expect([part.status, await part.text(), part.headers.get('x-ms-blob-content-md5'), part.headers.get('content-md5')]).toEqual([
		206,
		'456789',
		md5(Buffer.from('0123456789')),
		null,
	]);
	const wins = await fetch(link, { headers: { Range: 'bytes=4-', 'x-ms-range': 'bytes=0-1', 'x-ms-range-get-content-md5': 'true' } });
	expect([await wins.text(), wins.headers.get('content-md5')]).toEqual(['01', md5(Buffer.from('01'))]);
	expect((await fetch(link, { headers: { Range: 'bytes=10-' } })).status).toBe(416);
	expect((await fetch(link, { headers: { 'If-Match': '"other"' } })).status).toBe(412);
	const without = await fetch(await linkTo({ ...SCRIPT, script: { md5: false } }));
	expect(without.headers.get('content-md5')).toBeNull();
});

describe('links', () => {
	async function refusal(url: string, headers: Record<string, string> = {}) {
		const response = await fetch(url, { headers });
		return [response.status, response.headers.get('x-ms-error-code'), await response.text()];
	}

	test('a link has the shape of the captured one, and is new each time for the same blob', async () => {
		const { id } = emulator.addAction({ commands: [SCRIPT] });
		const links = [];
		for (let i = 0; i < 12; i++)
			links.push((await call('GET', `/machineactions/${id}/GetLiveResponseResultDownloadLink(index=0)`)).body.value as string);
		expect(new Set(links).size).toBe(12);
		expect(new Set(links.map((link) => new URL(link).pathname)).size).toBe(1);
		expect(links[0]).toMatch(
			/\/investigation-actions-data\/[0-9a-f-]{36}\/CustomPlaybookCommandOutput\/[0-9a-f]{32}\?se=2026-01-13T09%3A30%3A00Z&sp=rt&sv=2020-06-12&sr=b&rscd=attachment%3B%20filename%3Doutput_[^&]*_0\.json&skoid=[^&]*&sktid=[^&]*&skt=2026-01-13T08%3A45%3A00Z&ske=2026-01-13T09%3A30%3A00Z&sks=b&skv=2020-06-12&sig=[^&]*%3D$/,
		);
		for (const link of links) expect(link.split('&sig=')[1]).toMatch(/%2B/);
		for (const form of [/&sig=.*%2F/, /&sig=.*\//]) expect(links.some((link) => form.test(link))).toBe(true);
		expect(await Promise.all(links.map(async (link) => (await fetch(link)).status))).toEqual(Array(12).fill(200));
	});

	test('any change of the URL is noticed', async () => {
		const link = await linkTo(SCRIPT);
		const [rest, sig] = link.split('&sig=');
		const changed = [
			link.replace('%3B%20', ';+'),
			`${rest}&sig=${decodeURIComponent(sig).replaceAll('/', '%2F')}`,
			link.replace('sp=rt&sv=2020-06-12', 'sv=2020-06-12&sp=rt'),
			link.replace(/se=[^&]*/, 'se=2030-01-01T00%3A00%3A00Z'),
			rest,
		];
		for (const url of changed)
			expect(await refusal(url)).toEqual([403, 'AuthenticationFailed', expect.stringContaining('Signature did not match')]);
	});

	test('a link ends after 30 minutes, and a new one gets the same blob', async () => {
		const { id } = emulator.addAction({ commands: [SCRIPT] });
		const getLink = async () =>
			(await call('GET', `/machineactions/${id}/GetLiveResponseResultDownloadLink(index=0)`)).body.value as string;
		const link = await getLink();
		clock.advance(1_799_000);
		const etag = (await fetch(link)).headers.get('etag');
		clock.advance(1000);
		expect(await refusal(link)).toEqual([
			403,
			'AuthenticationFailed',
			expect.stringMatching(/^\uFEFF?<\?xml.*Signature not valid in the specified time frame: Start \[.* GMT\] - Expiry \[/s),
		]);
		expect((await fetch(await getLink())).headers.get('etag')).toBe(etag);
	});

	test('an Authorization header is refused, and a blob that is gone is 404', async () => {
		const link = await linkTo(SCRIPT);
		expect(await refusal(link, { Authorization: 'Bearer x' })).toEqual([
			400,
			'InvalidAuthenticationInfo',
			expect.stringContaining('not given in the correct format'),
		]);
		emulator.reset();
		expect(await refusal(link)).toEqual([404, 'BlobNotFound', expect.stringContaining('<Code>BlobNotFound</Code>')]);
		emulator.addDevice({ computerDnsName: 'ws-01' });
	});

	test('PutFile has no result', async () => {
		expect(await linkTo({ type: 'PutFile', name: 'x' })).toBeUndefined();
	});
});
