/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Container } from '@n8n/di';
import { BinaryDataService } from 'n8n-core';
import { endedFile, endedScript, GET_RESULT, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
});

afterAll(async () => await setting.close());

const PATH =
	'C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\Temp\\PSScriptOutputs\\PSScript_Transcript_{1954B499}.txt';

/** The items of a script that printed this, read so. */
async function printed(output: string, options = {}, exitCode = 0) {
	const id = endedScript(setting.emulator, { output, exitCode, banner: false });
	const { results, error } = await setting.runNode({ ...GET_RESULT, options }, { items: [{ id }] });
	expect(error).toBeUndefined();
	return results;
}

it.each([
	['^RESULT=(-?\\d+)$', 'it died\n', 'does not match the output'],
	['^RESULT=(\\w+)$', 'RESULT=FAIL\n', 'found "FAIL"'],
	['(\\S+)$', '0x80070005', 'found "0x80070005"'],
	['^OK=(\\d+)|FAIL=(\\d+)$', 'FAIL=7', 'first group has no part'],
	['(\\S+)$', '99999999999999999999', 'found "99999999999999999999"'],
])('the exit code pattern %s on %j leaves the result unreadable', async (exitCodePattern, output, reason) => {
	const [item] = await printed(output, { exitCodePattern });
	expect(item).toMatchObject({ outcome: 'unreadable', exit_code: null, errors: [expect.stringContaining(reason)] });
});

it.each([`トランスクリプトが開始されました。出力ファイル: ${PATH}`, `Die Aufzeichnung wurde gestartet. Die Ausgabedatei ist "${PATH}".`])(
	'the banner %s is known by its path',
	async (banner) => {
		const [item] = await printed(`${banner}\r\n\ufeffcounting\n{"free":12}\n`, { parseOutput: 'json' });
		expect(item).toMatchObject({ output: { free: 12 }, transcriptPath: PATH });
		expect(item.script_output).toMatch(/^\ufeff?counting/);
		const [lines] = await printed(`${banner}\r\n\ufeffone\ntwo\n`, { parseOutput: 'lines' });
		expect(lines.output).toEqual(['one', 'two']);
	},
);

it('an exit code that only rounds to 0 is none', async () => {
	const raw = `{"script_name":"${SCRIPT}","exit_code":1e-400,"script_output":"x","script_errors":""}`;
	const id = endedScript(setting.emulator, { raw });
	const { results } = await setting.runNode(GET_RESULT, { items: [{ id }] });
	expect(results[0]).toMatchObject({ outcome: 'unreadable', exit_code: null });
});

it('a transcript of another script is not a result of this one', async () => {
	const raw = JSON.stringify({ script_name: 'other.ps1', exit_code: 0, script_output: 'x', script_errors: '' });
	const { results } = await setting.runNode(GET_RESULT, { items: [{ id: endedScript(setting.emulator, { raw }) }] });
	expect(results[0]).toMatchObject({
		outcome: 'unreadable',
		exit_code: null,
		script_name: 'other.ps1',
		errors: [expect.stringContaining(`is "${SCRIPT}"`)],
	});
});

it('a collected file is not the result of an expected script', async () => {
	const id = endedFile(setting.emulator, { content: 'found' });
	const { error, results } = await setting.runNode({ ...GET_RESULT, options: { expectedScriptName: SCRIPT } }, { items: [{ id }] });
	expect(results).toEqual([]);
	expect(error?.message).toBe(`The command is GetFile, and does not run the script "${SCRIPT}"`);
});

it('split output takes little more than the output, and has the texts once', async () => {
	const output = JSON.stringify(Array.from({ length: 2_000 }, (_, at) => ({ at, text: 'x'.repeat(190) })));
	const items = await printed(output, { parseOutput: 'json', splitOutput: true });
	expect(items).toHaveLength(2_000);
	expect(items.filter((item) => 'script_output' in item)).toEqual([items[0]]);
	expect(JSON.stringify(items).length).toBeLessThan(5 * output.length);
});

/** A storage of one's own, whose answers the emulator would never give. */
async function ownStorage(
	answer: (request: { url: string; from: number }) => {
		status: number;
		headers: Record<string, string | undefined>;
		body: Buffer;
		breaks?: boolean;
	},
) {
	const urls: string[] = [];
	const server = createServer((request, response) => {
		urls.push(request.url ?? '');
		const from = Number(/^bytes=(\d+)-/.exec(String(request.headers.range ?? ''))?.[1] ?? 0);
		const { status, headers, body, breaks } = answer({ url: request.url ?? '', from });
		response.writeHead(status, headers as Record<string, string>);
		if (breaks) response.write(body, () => setImmediate(() => response.destroy()));
		else response.end(body);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData({ downloadHosts: '127.0.0.1' }));
	const link = `http://127.0.0.1:${port}/c/b?rscd='x'&sig=a%2Bb/c`;
	setting.emulator.fault({ on: 'link', times: Infinity, effect: { kind: 'badBody', body: { value: link } } });
	return { urls, close: () => server.close() };
}

it('a link with an apostrophe is followed letter by letter', async () => {
	const body = Buffer.from(JSON.stringify({ script_name: SCRIPT, exit_code: 0, script_output: 'x', script_errors: '' }));
	const storage = await ownStorage(() => ({ status: 200, headers: { 'content-length': String(body.length) }, body }));
	const { results } = await setting.runNode(GET_RESULT, { items: [{ id: endedScript(setting.emulator) }] });
	storage.close();
	expect(results[0].outcome).toBe('succeeded');
	expect(storage.urls).toEqual(["/c/b?rscd='x'&sig=a%2Bb/c"]);
});

it.each<[string, { etag?: string; range?: string }]>([
	['another version', { etag: '"2"' }],
	['another start', { range: 'bytes 0-' }],
	['another length', { range: 'longer' }],
])('parts of a file that changed on the way are not joined: %s', async (_, { etag = '"1"', range }) => {
	const old = Buffer.alloc(300_000, 'old ');
	const fresh = Buffer.alloc(300_000, 'new ');
	const storage = await ownStorage(({ from }) => {
		if (from === 0)
			return { status: 200, headers: { etag: '"1"', 'content-length': String(old.length) }, body: old.subarray(0, 100_000), breaks: true };
		const total = range === 'longer' ? fresh.length + 1 : fresh.length;
		const start = range === 'bytes 0-' ? 0 : from;
		return {
			status: 206,
			headers: { etag, 'content-range': `bytes ${start}-${total - 1}/${total}`, 'content-length': String(fresh.length - from) },
			body: fresh.subarray(from),
		};
	});
	const { results } = await setting.runNode(GET_RESULT, { items: [{ id: endedFile(setting.emulator, { content: 'x' }) }] });
	storage.close();
	expect(results[0]).toMatchObject({
		outcome: 'unreadable',
		sha256: null,
		errors: [expect.stringContaining('it changed while it was downloaded')],
	});
});

it.each<[string, Buffer]>([
	['was cut off', gzipSync(Buffer.from('evidence '.repeat(5_000))).subarray(0, -5)],
	['has a wrong checksum', Buffer.from(gzipSync('evidence').map((byte, at, all) => (at === all.length - 6 ? byte ^ 1 : byte)))],
])('a gzip file that %s, and whose length no one tells, is there and unreadable', async (_, body) => {
	const storage = await ownStorage(() => ({ status: 200, headers: {}, body }));
	const ran = await setting.runNode(GET_RESULT, { items: [{ id: endedFile(setting.emulator, { content: 'x' }) }] });
	storage.close();
	expect(ran.results[0]).toMatchObject({
		outcome: 'unreadable',
		fileName: 'evidence.txt.gz',
		fileSize: body.length,
		errors: [expect.stringContaining('could not be decompressed')],
	});
	expect(ran.outputs('Defender')[0][0].binary?.data).toMatchObject({ fileName: 'evidence.txt.gz' });
});

describe('a store of n8n that fails', () => {
	afterEach(() => jest.restoreAllMocks());

	it('for one file costs that file alone', async () => {
		const service = Container.get(BinaryDataService);
		const store = service.store.bind(service);
		let stored = 0;
		jest.spyOn(service, 'store').mockImplementation(async (...given) => {
			if (stored++ === 0) throw Object.assign(new Error("ENOSPC: no space left on device, open '/home/node/x'"), { code: 'ENOSPC' });
			return await store(...given);
		});
		const ids = [
			endedFile(setting.emulator, { content: 'one' }),
			endedFile(setting.emulator, { content: 'two' }),
			endedScript(setting.emulator),
		];
		const { results, error } = await setting.runNode(GET_RESULT, { items: ids.map((id) => ({ id })) });
		expect(error).toBeUndefined();
		expect(results.map(({ outcome }) => outcome).sort()).toEqual(['succeeded', 'succeeded', 'unreadable']);
		expect(results.flatMap(({ errors }) => errors)).toEqual([expect.stringContaining('the disk of n8n is full')]);
		expect(JSON.stringify(results)).not.toContain('/home/node');
	});
});

it('one large file at a time is in memory where n8n holds files whole', async () => {
	const service = Container.get(BinaryDataService) as unknown as { mode: string; store: (...given: unknown[]) => Promise<unknown> };
	const { mode } = service;
	service.mode = 'default';
	const store = service.store.bind(service);
	let underWay = 0;
	let most = 0;
	const spy = jest.spyOn(service, 'store').mockImplementation(async (...given) => {
		most = Math.max(most, ++underWay);
		return await store(...given).finally(() => underWay--);
	});
	// In this process n8n may have said that it writes files while they come.
	await setting.runNode(GET_RESULT, { items: [{ id: endedFile(setting.emulator, { content: 'small' }) }] });
	most = 0;
	const ids = Array.from({ length: 6 }, () => endedFile(setting.emulator, { content: { size: 12 * 1024 * 1024 } }));
	const { results } = await setting.runNode(GET_RESULT, { items: ids.map((id) => ({ id })) });
	spy.mockRestore();
	service.mode = mode;
	expect(results.map(({ outcome }) => outcome)).toEqual(ids.map(() => 'succeeded'));
	expect(most).toBe(1);
});

it('an action with 40,000 commands gives the results of the first 500, and says so', async () => {
	setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	const { id } = setting.emulator.addAction({
		commands: Array.from({ length: 40_000 }, () => ({ type: 'PutFile' as const, name: 'tool.exe' })),
	});
	const { results, error } = await setting.runNode({ ...GET_RESULT, operation: 'getManyResults', simplify: false }, { items: [{ id }] });
	expect(error).toBeUndefined();
	expect(results).toHaveLength(500);
	expect(results.at(-1)).toMatchObject({ commandIndex: 499, outcome: 'succeeded', errors: [expect.stringContaining('40000 commands')] });
});
