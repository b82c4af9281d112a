/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { Container } from '@n8n/di';
import { BinaryDataService } from 'n8n-core';
import type { FileBehaviour } from '../../playground/emulator';
import { userFolder } from '../../playground/engine/engine';
import { endedFile, GET_RESULT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => setting.emulator.reset());

afterAll(async () => await setting.close());

const content = Buffer.from('evidence, '.repeat(20_000));
const sha256 = createHash('sha256').update(content).digest('hex');

async function collect(file: FileBehaviour, options = {}, path?: string) {
	const id = endedFile(setting.emulator, file, path);
	const ran = await setting.runNode({ ...GET_RESULT, simplify: false, options }, { items: [{ id }] });
	expect(ran.error).toBeUndefined();
	const [{ json, binary }] = ran.outputs('Defender')[0];
	const property = Object.keys(binary ?? {})[0];
	const data = binary?.[property];
	const bytes = data && (await Container.get(BinaryDataService).getAsBuffer(data));
	return { json, data, bytes, property };
}

it('brings a file decompressed, under its own name, with its size and hash', async () => {
	const { json, data, bytes, property } = await collect({ content, originalName: 'evidence.txt' });
	expect(json).toMatchObject({
		outcome: 'succeeded',
		commandType: 'GetFile',
		script_name: null,
		exit_code: null,
		script_output: null,
		script_error: null,
		fileName: 'evidence.txt',
		fileSize: content.length,
		mimeType: 'text/plain',
		sha256,
	});
	expect(property).toBe('data');
	expect(data).toMatchObject({ fileName: 'evidence.txt', mimeType: 'text/plain' });
	expect(bytes?.equals(content)).toBe(true);
});

it('leaves the file as it came when it is not to decompress', async () => {
	const { json, bytes } = await collect({ content, originalName: 'evidence.txt' }, { decompress: false, binaryPropertyName: 'file' });
	expect(json).toMatchObject({ fileName: 'evidence.txt.gz', mimeType: 'application/gzip' });
	expect(bytes?.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
});

it('uses the first bytes, not by the name', async () => {
	const raw = await collect({ content, container: 'raw', originalName: 'looks-like.gz' });
	expect(raw.bytes?.equals(content)).toBe(true);
	// A collected .gz is packed once more on its way, and unpacked once.
	const inner = gzipSync(content);
	const packed = await collect({ content: inner, originalName: 'backup.tar.gz' });
	expect(packed.bytes?.equals(inner)).toBe(true);
	expect(packed.json.fileName).toBe('backup.tar.gz');
});

it('passes on what only begins like gzip, and says that it may not be whole', async () => {
	const raw = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.from('no gzip at all')]);
	const { json, bytes } = await collect({ raw, originalName: 'odd.bin' });
	expect(json).toMatchObject({
		outcome: 'unreadable',
		fileName: 'odd.bin.gz',
		errors: [expect.stringContaining('could not be decompressed')],
	});
	expect(bytes?.equals(raw)).toBe(true);
});

it.each([
	['the header', { originalName: 'from header.txt' }, 'from header.txt'],
	['the gzip header', { originalName: 'packed.txt', contentDisposition: false }, 'packed.txt'],
	['the path', { contentDisposition: false, fname: false }, 'evidence.log'],
	['the header, without its folders', { originalName: '..\\..\\Windows\\evil.txt' }, 'evil.txt'],
	['the header, without what deceives', { originalName: 'invoice\u202Efdp.exe\u0000', fname: false }, 'invoicefdp.exe'],
])('takes the name from %s', async (_, behaviour, name) => {
	const { json, data } = await collect({ content, ...behaviour }, {}, 'C:\\Temp\\evidence.log');
	expect(json.fileName).toBe(name);
	expect(data?.fileName).toBe(name);
	expect(JSON.stringify(data)).not.toContain('sig=');
});

it.each([
	['the connection breaks', [{ kind: 'reset', phase: 'duringBody', afterBytes: 1000 }]],
	['the connection breaks and the link has ended', [{ kind: 'reset', phase: 'duringBody', afterBytes: 1000 }, { kind: 'expired' }]],
	['the file ends too early', [{ kind: 'truncate', bytes: 700, claim: 'full' }]],
	['the checksum is wrong once', [{ kind: 'wrongMd5' }]],
] as const)('brings the file whole although %s', async (_, effects) => {
	const id = endedFile(setting.emulator, { content: Buffer.from(generatedText(), 'utf8') });
	for (const effect of effects) setting.emulator.fault({ on: 'blob', effect });
	const { results } = await setting.runNode(GET_RESULT, { items: [{ id }] });
	expect(results[0]).toMatchObject({
		outcome: 'succeeded',
		sha256: createHash('sha256').update(generatedText()).digest('hex'),
	});
});

/** Text that does not compress to nothing. */
function generatedText(): string {
	return Array.from({ length: 2000 }, (_, line) => createHash('md5').update(String(line)).digest('hex')).join('\n');
}

/** A gzip file that claims to hold one byte. */
function liar(): Buffer {
	const gzip = gzipSync(Buffer.alloc(40 * 1024 * 1024));
	gzip.writeUInt32LE(1, gzip.length - 4);
	return gzip;
}

it.each([
	['as downloaded', { content: { size: 3 * 1024 * 1024 }, container: 'raw' }],
	['only once it is decompressed', { content: Buffer.alloc(40 * 1024 * 1024) }],
	['only once it is decompressed, although it says less', { raw: liar(), originalName: 'bomb.bin' }],
] as const)('does not take a file that is too large %s', async (_, file) => {
	const { json, data } = await collect(file as FileBehaviour, { maxDownloadSize: 2 });
	expect(json).toMatchObject({ outcome: 'unreadable', fileName: null, errors: [expect.stringContaining('larger than 2 MB')] });
	expect(data).toBeUndefined();
});

it('leaves no part of a file that is too large behind', async () => {
	const stored = () => readdirSync(userFolder, { recursive: true }).filter((name) => /binary_data.[^.]+$/.test(String(name)));
	const before = stored().length;
	await collect({ content: Buffer.alloc(40 * 1024 * 1024) }, { maxDownloadSize: 2 });
	expect(stored()).toHaveLength(before);
	await collect({ content: Buffer.alloc(1024 * 1024) }, { maxDownloadSize: 2 });
	expect(stored()).toHaveLength(before + 1);
});

it('streams: 2 GB take less than 150 MB of memory', async () => {
	const script = join(__dirname, '..', 'support', 'collectLargeFile.ts');
	const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script]);
	const { grownBy, ...collected } = JSON.parse(stdout) as { grownBy: number };
	expect(collected).toEqual({ outcome: 'succeeded', whole: true });
	expect(grownBy).toBeLessThan(150);
}, 600_000);

it('reads the memory mode of n8n as well', async () => {
	const service = Container.get(BinaryDataService) as unknown as { mode: string };
	const mode = service.mode;
	service.mode = 'default';
	const { json, data, bytes } = await collect({ content, originalName: 'evidence.txt' });
	service.mode = mode;
	expect(json).toMatchObject({ outcome: 'succeeded', sha256 });
	expect(data?.id).toBeUndefined();
	expect(bytes?.equals(content)).toBe(true);
});
