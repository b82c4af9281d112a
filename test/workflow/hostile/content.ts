/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { gzipSync } from 'node:zlib';
import type { IDataObject } from 'n8n-workflow';
import type { FileBehaviour, ScriptBehaviour } from '../../../playground/emulator';
import { endedFile, endedScript, GET_RESULT, SCRIPT } from '../../support/actions';
import type { Bench, HostileCase } from './bench';
import { each, itemOf } from './bench';

const MB = 1024 * 1024;
const MILLION = 1_000_000;
const TRANSCRIPT = '{"script_name":"check.ps1","exit_code":0,"script_errors":"","script_output":"';

const script = async (bench: Bench, behaviour: ScriptBehaviour, more: IDataObject = {}) =>
	await itemOf(bench, endedScript(bench.emulator, { banner: false, nuls: 0, ...behaviour }), more);

function unpolluted(): void {
	expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
	expect(([] as { polluted?: unknown }).polluted).toBeUndefined();
	expect(Object.keys(Object.prototype)).toEqual([]);
}

const POLLUTION = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"a":[{"__proto__":{"polluted":true}}]}';

export const bombCases: HostileCase[] = [
	{
		tries: 'a transcript of 1 GB in 1 MB',
		async run(bench) {
			// The first part alone is too much: Node.js 24 reads no further.
			const raw = Buffer.concat(Array.from({ length: 16 }, () => gzipSync(Buffer.alloc(64 * MB))));
			const item = await script(bench, { raw });
			expect(item).toMatchObject({ outcome: 'unreadable', script_output: null, errors: [expect.stringContaining('larger than 50 MB')] });
		},
	},
	{
		tries: 'a transcript over the limit that the user set',
		async run(bench) {
			const item = await script(bench, { raw: gzipSync(Buffer.alloc(3 * MB)) }, { options: { maxDownloadSize: 2 } });
			expect(item).toMatchObject({ outcome: 'unreadable', script_output: null, errors: [expect.stringContaining('larger than 2 MB')] });
		},
	},
	{
		tries: 'a transcript packed twice, whose second layer stays packed',
		async run(bench) {
			const item = await script(bench, { raw: gzipSync(gzipSync(Buffer.alloc(100 * MB))) });
			expect(item).toMatchObject({ outcome: 'unreadable', exit_code: null });
			expect(String(item.script_output).length).toBeLessThan(MB);
		},
	},
	...each<FileBehaviour>(
		[
			[
				'a file of 1 GB in 1 MB',
				{ raw: Buffer.concat(Array.from({ length: 64 }, () => gzipSync(Buffer.alloc(16 * MB)))), originalName: 'a.bin' },
			],
			[
				'a file that says that it is small',
				{ raw: Buffer.concat([gzipSync(Buffer.alloc(64 * MB)), gzipSync('x')]), originalName: 'a.bin' },
			],
		],
		async (bench, file) => {
			const item = await itemOf(bench, endedFile(bench.emulator, file), { options: { maxDownloadSize: 10 } });
			expect(item).toMatchObject({
				outcome: 'unreadable',
				fileName: null,
				sha256: null,
				errors: [expect.stringContaining('larger than 10 MB')],
			});
		},
	),
	{
		tries: 'a file packed twice, whose second layer stays packed',
		async run(bench) {
			const inner = gzipSync(Buffer.alloc(100 * MB));
			const item = await itemOf(bench, endedFile(bench.emulator, { content: inner, originalName: 'a.gz' }), {
				options: { maxDownloadSize: 10 },
			});
			expect(item).toMatchObject({ outcome: 'succeeded', fileSize: inner.length });
		},
	},
	...each<string>(
		[
			['a million lists in each other', `${'['.repeat(MILLION)}${']'.repeat(MILLION)}`],
			['a million objects in each other', `${'{"a":'.repeat(MILLION)}1${'}'.repeat(MILLION)}`],
		],
		async (bench, deep) => {
			const raw = `${TRANSCRIPT}","extra":${deep}}`;
			expect(await script(bench, { raw })).toMatchObject({
				outcome: 'succeeded',
				exit_code: 0,
				transcript: null,
			});
			const item = await script(bench, { output: deep }, { options: { parseOutput: 'json' } });
			expect(item).toMatchObject({ outcome: 'succeeded', output: null, script_output: deep });
			const asOutput = await script(bench, { raw: `{"exit_code":0,"script_output":${deep}}` });
			expect(asOutput).toMatchObject({ outcome: 'succeeded', script_output: '' });
		},
	),
	...each<string>(
		[
			['fifteen million objects', `[${'{},'.repeat(15 * MILLION)}{}]`],
			['twenty million lists in each other', '['.repeat(20 * MILLION)],
		],
		async (bench, json) => {
			const raw = gzipSync(`${TRANSCRIPT}","extra":${json}}`);
			expect(await script(bench, { raw })).toMatchObject({ outcome: 'unreadable', exit_code: null });
			const item = await script(bench, { output: json }, { options: { parseOutput: 'json' } });
			expect(item).toMatchObject({ outcome: 'succeeded', output: null });
		},
	),
	{
		tries: 'ten million raw control characters',
		async run(bench) {
			const output = '\u0001\n'.repeat(5 * MILLION);
			const item = await script(bench, { raw: gzipSync(`${TRANSCRIPT}${output}"}`) });
			expect(item).toMatchObject({ outcome: 'succeeded', exit_code: 0 });
			expect(item.script_output === output).toBe(true);
		},
	},
	{
		tries: 'a million lines as items',
		async run(bench) {
			const output = 'a line\n'.repeat(MILLION);
			const id = endedScript(bench.emulator, { output });
			const options = { parseOutput: 'lines', splitOutput: true, maxOutputLength: 100 };
			const { results } = await bench.runNode({ ...GET_RESULT, options }, { items: [{ id }] });
			expect(results).toHaveLength(10_000);
			expect(results[9_999]).toMatchObject({ outcome: 'succeeded', output: 'a line' });
			expect(results[0].errors).toEqual([`The output has ${MILLION} elements; there are items for the first 10000`]);
		},
	},
	{
		tries: 'twenty million lines',
		async run(bench) {
			const raw = gzipSync(`${TRANSCRIPT}${'\\n'.repeat(20 * MILLION)}"}`);
			const item = await script(bench, { raw }, { options: { parseOutput: 'lines', splitOutput: true, maxOutputLength: 1 } });
			expect(item).toMatchObject({ outcome: 'succeeded', output: null, script_output: '\n' });
		},
	},
];

export const textCases: HostileCase[] = [
	...each<string>(
		[
			['halves of characters', '\\ud800 \\udc00\\ud83d'],
			['terminal escapes', '\\u001b[2J\\u001b]0;x\\u0007\\u009b31m'],
			['letters from right to left', '\\u202e\\u2066x'],
			['another document in its quotes', '\\"}],{\\"exit_code\\":0'],
		],
		async (bench, written) => {
			const output = JSON.parse(`"${written}"`) as string;
			const item = await script(bench, { raw: `${TRANSCRIPT}${written}"}` });
			// Kept as evidence for people's own tools; a model gets it cleaned.
			expect(item).toMatchObject({ outcome: 'succeeded', exit_code: 0, script_output: output });
		},
	),
	{
		tries: 'NULs everywhere',
		async run(bench) {
			const item = await script(bench, { raw: `\0\0${TRANSCRIPT}a\\u0000\0b\0"}\0\0`, transcript: {} });
			expect(item).toMatchObject({ outcome: 'succeeded', script_output: 'ab' });
		},
	},
	{
		tries: 'keys of JavaScript in the transcript',
		async run(bench) {
			const raw = `${TRANSCRIPT}${JSON.stringify(POLLUTION).slice(1, -1)}",${POLLUTION.slice(1)}`;
			const item = await script(bench, { raw }, { options: { parseOutput: 'json' } });
			expect(item).toMatchObject({ outcome: 'succeeded', exit_code: 0 });
			expect(JSON.stringify(item.output)).toBe(POLLUTION);
			unpolluted();
		},
	},
	{
		tries: 'keys of JavaScript in its only exit code',
		async run(bench) {
			const raw = '{"__proto__":{"exit_code":0,"script_output":"x"},"constructor":{"exit_code":0}}';
			expect(await script(bench, { raw })).toMatchObject({ outcome: 'unreadable', exit_code: null, script_output: raw });
			unpolluted();
		},
	},
	{
		tries: 'keys of JavaScript in split output',
		async run(bench) {
			const id = endedScript(bench.emulator, { output: `[${POLLUTION},${POLLUTION}]` });
			const options = { parseOutput: 'json', splitOutput: true };
			const { results } = await bench.runNode({ ...GET_RESULT, options }, { items: [{ id }] });
			expect(results.map(({ output }) => JSON.stringify(output))).toEqual([POLLUTION, POLLUTION]);
			unpolluted();
		},
	},
	{
		tries: "keys of JavaScript as a command's parameters",
		async run(bench) {
			bench.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
			const params = [
				{ key: '__proto__', value: 'x' },
				{ key: 'constructor', value: 'y' },
				{ key: 'ScriptName', value: SCRIPT },
			];
			const { id } = bench.emulator.addAction({ commands: [{ type: 'RunScript', params, script: {} }] });
			expect(await itemOf(bench, id)).toMatchObject({ outcome: 'succeeded', script_name: SCRIPT });
			unpolluted();
		},
	},
	...each<Buffer>(
		[
			[
				'bytes that are not UTF-8',
				Buffer.concat([Buffer.from(TRANSCRIPT), Buffer.from([0x47, 0xfc, 0xff, 0xc0, 0x80]), Buffer.from('"}')]),
			],
			['a byte order mark of another encoding', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`${TRANSCRIPT}x"}`)])],
			['UTF-16 that ends within a character', Buffer.from(`\ufeff${TRANSCRIPT}x"}`, 'utf16le').subarray(0, -1)],
			['two byte order marks', Buffer.from(`\ufeff\ufeff${TRANSCRIPT}x"}`)],
			['nothing but a byte order mark', Buffer.from('\ufeff')],
			['nothing', Buffer.alloc(0)],
			['HTML', Buffer.from('<html><script>alert(1)</script></html>')],
		],
		async (bench, raw) => {
			const item = await script(bench, { raw, contentType: 'text/html; charset=utf-7' });
			expect(['succeeded', 'unreadable']).toContain(item.outcome);
			// Succeeded by nothing but an exit code that was read.
			expect(item.exit_code).toBe(item.outcome === 'succeeded' ? 0 : null);
		},
	),
	...each<Partial<ScriptBehaviour>>(
		[
			['a content type that is wrong', { contentType: 'image/png' }],
			['a charset that there is not', { contentType: 'application/json; charset=x-evil' }],
			['a charset that is wrong', { contentType: 'application/json; charset=utf-16' }],
		],
		async (bench, behaviour) =>
			expect(await script(bench, { output: 'Grüße', ...behaviour })).toMatchObject({ outcome: 'succeeded', script_output: 'Grüße' }),
	),
];

export const exitCodeCases: HostileCase[] = each<string>(
	[
		['beyond numbers', '1e400'],
		['so little that it rounds to 0', '1e-400'],
		['beyond whole numbers', '9007199254740993'],
		['beyond whole numbers, as text', '"9007199254740993"'],
		['half a number', '0.5'],
		['a list', '[0]'],
		['an object', '{"0":0}'],
		['true', 'true'],
		['false', 'false'],
		['nothing', 'null'],
		['an empty text', '""'],
		['a blank', '" "'],
		['no number', '"NaN"'],
		['hex', '"0x0"'],
		['a power', '"0e0"'],
		['a digit that is none', '"\uff10"'],
		['words', '"success"'],
	],
	async (bench, written) => {
		const item = await script(bench, { raw: `{"script_name":"check.ps1","exit_code":${written},"script_output":"x","script_errors":""}` });
		expect(item).toMatchObject({
			outcome: 'unreadable',
			exit_code: null,
			script_output: 'x',
			errors: [written === 'null' ? 'The transcript has no exit code' : `The transcript's exit code is not a whole number: ${written}`],
		});
	},
);
