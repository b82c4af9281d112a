/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Container } from '@n8n/di';
import { BinaryDataService } from 'n8n-core';
import type { IDataObject } from 'n8n-workflow';
import { endedFile, endedScript, GET_RESULT, SCRIPT } from '../support/actions';
import type { ScriptBehaviour } from '../../playground/emulator';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => setting.emulator.reset());

afterAll(async () => await setting.close());

async function result(script: ScriptBehaviour, options = {}, more = {}) {
	const id = endedScript(setting.emulator, script);
	const { results, error } = await setting.runNode({ ...GET_RESULT, options, ...more }, { items: [{ id }] });
	expect(error).toBeUndefined();
	return results[0];
}

describe('the transcript', () => {
	it.each([
		['as the live service sends it', { keys: 'live' }],
		['as first documented', { keys: '2021' }],
		['as UTF-8 with a byte order mark', { encoding: 'utf8bom' }],
		['as UTF-16 LE', { encoding: 'utf16le' }],
		['as UTF-16 BE', { encoding: 'utf16be' }],
		['as gzip', { encoding: 'gzip' }],
	] as const)('is read %s', async (_, behaviour) => {
		const item = await result({ exitCode: 7, output: 'größe ✓\n', errors: 'warning\n', ...behaviour });
		expect(item).toMatchObject({ script_name: SCRIPT, exit_code: 7, script_output: 'größe ✓\n', script_error: 'warning\n' });
	});

	it('names the script itself, whatever was asked for', async () => {
		expect(await result({ keys: 'live', transcript: { script_name: 'other.ps1' } })).toMatchObject({ script_name: 'other.ps1' });
		expect(await result({ keys: '2021', transcript: { name: 'other.ps1' } })).toMatchObject({ script_name: 'other.ps1' });
	});

	it('comes without banner and NULs, the banner’s path kept', async () => {
		const item = await result({ output: 'text\n', errors: 'warning\n\0', banner: true, nuls: 3 });
		expect(item.script_output).toBe('text\n');
		expect(item.script_error).toBe('warning\n');
		expect(item.transcriptPath).toMatch(/^C:\\ProgramData\\.*PSScript_Transcript_\{.*\}\.txt$/);
	});

	it('keeps the banner if asked to', async () => {
		const item = await result({ output: 'text\n', banner: true }, { stripBanner: false });
		expect(item.script_output).toMatch(/^Transcript started, output file is /);
		expect(item).not.toHaveProperty('transcriptPath');
	});

	it('has no path where there was no banner', async () => {
		expect(await result({ output: 'text\n', banner: false })).not.toHaveProperty('transcriptPath');
	});

	it('takes an exit code that is written as text', async () => {
		expect(await result({ transcript: { exit_code: '3010' } })).toMatchObject({ exit_code: 3010 });
	});

	it('does not succeed without an exit code', async () => {
		const item = await result({ output: 'text\n', transcript: { exit_code: null } });
		expect(item).toMatchObject({ outcome: 'unreadable', exit_code: null, script_output: 'text\n' });
	});
});

describe('successExitCodes', () => {
	it.each([
		['0', 0, 'succeeded'],
		['0', 3010, 'scriptFailed'],
		['0,3010', 3010, 'succeeded'],
		[' 3010 , -1', -1, 'succeeded'],
		['3010', 0, 'scriptFailed'],
	])('%s makes exit code %i %s', async (successExitCodes, exitCode, outcome) => {
		expect(await result({ exitCode }, { successExitCodes })).toMatchObject({ outcome, exit_code: exitCode });
	});
});

describe('exitCodePattern', () => {
	const exitCodePattern = '^RESULT=(\\d+)$';

	it('takes the last match of the output', async () => {
		const item = await result({ exitCode: 0, output: 'RESULT=1\nmore\nRESULT=4\nend\n' }, { exitCodePattern });
		expect(item).toMatchObject({ exit_code: 4, outcome: 'scriptFailed' });
	});

	it('takes the first group where there are several', async () => {
		expect(await result({ output: 'RESULT=4 of 9\n' }, { exitCodePattern: 'RESULT=(\\d+) of (\\d+)' })).toMatchObject({ exit_code: 4 });
	});

	it('has no exit code where nothing matches', async () => {
		expect(await result({ exitCode: 0, output: 'nothing\n' }, { exitCodePattern })).toMatchObject({
			exit_code: null,
			outcome: 'unreadable',
		});
	});

	it('does not take success from the transcript where the output is too long to be searched', async () => {
		const output = `RESULT=4\n${`${'x'.repeat(99)}\n`.repeat(30_000)}`;
		expect(await result({ exitCode: 0, output }, { exitCodePattern })).toMatchObject({
			outcome: 'unreadable',
			exit_code: null,
			errors: [expect.stringMatching(/^The exit code pattern does not match the output; its first \d+ characters were too many/)],
		});
	});

	it('refuses a pattern whose search might never end', async () => {
		const { error } = await setting.runNode(
			{ ...GET_RESULT, options: { exitCodePattern: '(\\d+)\\1' } },
			{ items: [{ id: endedScript(setting.emulator) }] },
		);
		expect(error).toMatchObject({
			message: "'Exit Code: Pattern' looks ahead or behind, or refers back to a group [item 0]",
			description: expect.stringContaining('Write it more simply'),
		});
	});
});

describe('parseOutput', () => {
	it('reads JSON', async () => {
		const item = await result({ output: '[{"a":1},{"a":2}]\n' }, { parseOutput: 'json' });
		expect(item.output).toEqual([{ a: 1 }, { a: 2 }]);
	});

	it('reads lines', async () => {
		expect((await result({ output: 'a\r\nb\n\nc' }, { parseOutput: 'lines' })).output).toEqual(['a', 'b', 'c']);
	});

	it('gives null for what is not JSON, and for a command without output', async () => {
		expect(await result({ output: 'no JSON' }, { parseOutput: 'json' })).toMatchObject({ output: null, outcome: 'succeeded' });
		expect(await result({ noResult: true }, { parseOutput: 'json' })).toMatchObject({ output: null, outcome: 'noResult' });
	});

	it('reads JSON behind the banner, also where the banner is shown', async () => {
		const item = await result({ output: '{"a":1}', banner: true }, { parseOutput: 'json', stripBanner: false });
		expect(item.output).toEqual({ a: 1 });
	});

	it('leaves out what is nested too deep to be written down again', async () => {
		const item = await result({ output: '['.repeat(20_000) + ']'.repeat(20_000) }, { parseOutput: 'json' });
		expect(item).toMatchObject({ outcome: 'succeeded', output: null });
		expect(() => JSON.stringify(item)).not.toThrow();
	});

	it('makes an item of each element if asked to', async () => {
		const id = endedScript(setting.emulator, { output: '["x","y"]' });
		const options = { parseOutput: 'json', splitOutput: true };
		const ran = await setting.runNode({ ...GET_RESULT, options }, { items: [{ id }] });
		expect(ran.results.map(({ output, exit_code }) => [output, exit_code])).toEqual([
			['x', 0],
			['y', 0],
		]);
		expect(ran.outputs('Defender')[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }]);
	});

	it('keeps the item of an empty list', async () => {
		expect((await result({ output: '[]' }, { parseOutput: 'json', splitOutput: true })).output).toEqual([]);
	});
});

it('maxOutputLength keeps the end and says how much was left out', async () => {
	const item = await result({ output: '0123456789', errors: 'abcdef' }, { maxOutputLength: 4 });
	expect(item).toMatchObject({ script_output: '6789', script_error: 'cdef', omittedCharacters: 8 });
	expect(await result({ output: '0123' }, { maxOutputLength: 4 })).not.toHaveProperty('omittedCharacters');
});

it('includeLink adds link and expiry', async () => {
	expect(await result({}, { includeLink: true })).toMatchObject({
		downloadLink: expect.stringContaining('sig='),
		linkExpiresAt: expect.stringMatching(/Z$/),
	});
});

describe('expectedScriptName', () => {
	it('lets a result of that script pass', async () => {
		expect(await result({}, { expectedScriptName: SCRIPT.toUpperCase() })).toMatchObject({ outcome: 'succeeded' });
	});

	it('refuses that of another before it asks for it', async () => {
		const id = endedScript(setting.emulator);
		const options = { expectedScriptName: 'other.ps1' };
		const { error } = await setting.runNode({ ...GET_RESULT, options }, { items: [{ id }] });
		expect(error).toMatchObject({ name: 'NodeOperationError', message: `The result is of the script "${SCRIPT}", not of "other.ps1"` });
		expect(setting.requestsOf('link')).toHaveLength(0);
	});
});

it('simplify off adds what the service sent and what it took', async () => {
	const item = await result({ output: 'text\n', errors: 'e' }, {}, { simplify: false });
	expect(item).toMatchObject({
		outcome: 'succeeded',
		script_output: 'text\n',
		machineAction: { id: item.machineActionId, status: 'Succeeded', requestSource: 'PublicApi' },
		command: { index: 0, commandStatus: 'Completed', command: { type: 'RunScript' } },
		transcript: {
			script_name: SCRIPT,
			exit_code: 0,
			script_output: expect.stringMatching(/^Transcript started.*\ntext\n\0$/s),
			script_errors: 'e',
		},
		download: {
			bytes: expect.any(Number),
			contentType: 'application/json',
			linkExpiresAt: expect.stringMatching(/Z$/),
			sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
			retrievedAt: expect.stringMatching(/Z$/),
			warnings: [],
			apiCalls: 2,
			retries: 0,
			waitedMs: expect.any(Number),
			throttledMs: expect.any(Number),
		},
	});
});

describe('transcriptAsFile', () => {
	it('adds the transcript as it was downloaded, with its SHA-256', async () => {
		const ran = await setting.runNode(
			{ ...GET_RESULT, options: { transcriptAsFile: true, binaryPropertyName: 'proof' } },
			{ items: [{ id: endedScript(setting.emulator, { exitCode: 3, output: 'text\n', banner: true, nuls: 2 }) }] },
		);
		const [{ json, binary }] = ran.outputs('Defender')[0];
		const bytes = await Container.get(BinaryDataService).getAsBuffer(binary!.proof);
		expect(JSON.parse(bytes.toString())).toMatchObject({
			exit_code: 3,
			script_output: expect.stringMatching(/^Transcript started.*\0\0$/s),
		});
		const sha256 = createHash('sha256').update(bytes).digest('hex');
		const file = {
			fileName: `output_${String(json.machineActionId)}_0.json`,
			fileSize: bytes.length,
			mimeType: 'application/json',
			sha256,
		};
		expect(json).toMatchObject({ outcome: 'scriptFailed', script_output: 'text\n', ...file });
		expect(binary?.proof).toMatchObject({ fileName: file.fileName, mimeType: file.mimeType });
	});

	it('is in the first item only where the output is split', async () => {
		const id = endedScript(setting.emulator, { output: '[1, 2]' });
		const options = { transcriptAsFile: true, parseOutput: 'json', splitOutput: true };
		const ran = await setting.runNode({ ...GET_RESULT, options }, { items: [{ id }] });
		const items = ran.outputs('Defender')[0];
		expect(items.map(({ json, binary }) => [json.output, json.sha256 !== undefined, binary !== undefined])).toEqual([
			[1, true, true],
			[2, false, false],
		]);
	});

	it('has the keys of the file where there is none', async () => {
		const { emulator } = setting;
		const { id } = emulator.addAction({ status: 'Pending', commands: [{ type: 'RunScript', name: SCRIPT }] });
		const { results } = await setting.runNode(
			{ ...GET_RESULT, waitForCompletion: false, options: { transcriptAsFile: true } },
			{ items: [{ id }] },
		);
		expect(results[0]).toMatchObject({ outcome: 'pending', fileName: null, sha256: null });
	});
});

describe('a wrong option is named before any request', () => {
	it.each([
		[{ successExitCodes: 'zero' }, "'Exit Code: Success Codes' is not a list of whole numbers [item 0]"],
		[{ exitCodePattern: 'RESULT=\\d+' }, "'Exit Code: Pattern' is not a regular expression with a group [item 0]"],
		[{ exitCodePattern: '(' }, "'Exit Code: Pattern' is not a regular expression with a group [item 0]"],
		[{ maxOutputLength: -1 }, "'Output: Max Length' is not a usable number [item 0]"],
		[{ maxDownloadSize: 0 }, "'File: Max Download Size' is not a valid size [item 0]"],
		[{ parseOutput: 'xml' }, "'Output: Parse' is none of its choices [item 0]"],
		[{ binaryPropertyName: '__proto__' }, "'File: Put Output File in Field' is not a valid field name [item 0]"],
		[{ stripBanner: 'maybe' }, "'Output: Strip Banner' is neither true nor false [item 0]"],
		[{ callsPerMinute: 1.5 }, "'Rate: Calls per Minute' is not a usable number [item 0]"],
	])('%j', async (options, message) => {
		const id = endedScript(setting.emulator);
		const { error } = await setting.runNode({ ...GET_RESULT, options }, { items: [{ id }] });
		expect(error).toMatchObject({ name: 'NodeOperationError', message });
		expect(setting.emulator.requests).toHaveLength(0);
	});
});

it('accepts a plain string, and the id of the action behind any name', async () => {
	const id = endedScript(setting.emulator);
	const byString = await setting.runNode({ ...GET_RESULT, machineActionId: id });
	const byResult = await setting.runNode(GET_RESULT, { items: [{ machineActionId: id, id: 'something else' }] });
	expect([byString.results[0].outcome, byResult.results[0].outcome]).toEqual(['succeeded', 'succeeded']);
});

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

async function rawResult(id: string) {
	const { results } = await setting.runNode({ ...GET_RESULT, simplify: false }, { items: [{ id }] });
	return results[0] as IDataObject & { download: IDataObject };
}

describe('with simplify off', () => {
	it('action and command are as the service sends them', async () => {
		setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
		const command = {
			index: 0,
			commandStatus: 'Completed',
			errors: null,
			command: { type: 'RunScript', params: null, novel: [1] },
			novel: { a: 1 },
		};
		const { id } = setting.emulator.addAction({
			commands: [{ type: 'RunScript', name: SCRIPT, script: {} }],
			fields: { commands: [command], novel: { b: 2 } },
		});
		const [entity] = (await setting.runNode({ resource: 'machineAction', operation: 'get', machineActionId: id, simplify: false })).results;
		const item = await rawResult(id);
		expect(item.command).toEqual(command);
		delete entity['@odata.context'];
		expect(item.machineAction).toEqual(entity);
		expect(entity).toMatchObject({ commands: [command], novel: { b: 2 }, requestSource: 'PublicApi' });
	});

	it('the transcript is as downloaded', async () => {
		const transcript = {
			name: 'check.ps1',
			exit_code: '0',
			script_output: 'Transcript started, output file is C:\\t.txt\ntext\0\0',
			novel: [1],
		};
		expect((await rawResult(endedScript(setting.emulator, { raw: JSON.stringify(transcript) }))).transcript).toEqual(transcript);
	});

	it('the download is reported', async () => {
		const raw = JSON.stringify({ exit_code: 0, script_output: 'größe' });
		const before = setting.emulator.now();
		const { download } = await rawResult(endedScript(setting.emulator, { raw, contentType: 'text/x-novel' }));
		expect(download).toMatchObject({
			bytes: Buffer.byteLength(raw),
			sha256: sha256(raw),
			contentType: 'text/x-novel',
			apiCalls: 2,
			retries: 0,
			warnings: [],
		});
		const retrieved = Date.parse(String(download.retrievedAt));
		expect(retrieved).toBeGreaterThanOrEqual(before);
		expect(retrieved).toBeLessThanOrEqual(setting.emulator.now());
		const expires = Date.parse(String(download.linkExpiresAt)) - before;
		expect(expires).toBeGreaterThanOrEqual(30 * 60_000);
		expect(expires).toBeLessThan(60 * 60_000);
	});

	it('the download of a file is that of its compressed bytes', async () => {
		const raw = gzipSync(Buffer.alloc(10_000));
		const item = await rawResult(endedFile(setting.emulator, { raw }));
		expect(item).toMatchObject({ fileSize: 10_000, sha256: sha256(Buffer.alloc(10_000)), transcript: null });
		expect(item.download).toMatchObject({ bytes: raw.length, sha256: sha256(raw) });
	});

	it('it says how long was waited', async () => {
		const { emulator } = setting;
		const machineId = emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' }).id;
		const now = emulator.now();
		const { id } = emulator.addAction({
			machineId,
			createdAt: now,
			endedAt: now + 25_000,
			commands: [{ type: 'RunScript', name: SCRIPT, script: {} }],
		});
		const { download } = await rawResult(id);
		expect(download.waitedMs).toBeGreaterThanOrEqual(20_000);
		expect(download.waitedMs).toBeLessThanOrEqual(emulator.now() - now);
	});
});
