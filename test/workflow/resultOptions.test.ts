/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { IDataObject } from 'n8n-workflow';
import type { FileBehaviour, ScriptBehaviour } from '../../playground/emulator';
import { systemClock } from '../../nodes/DefenderLiveResponse/service/clock';
import { pacerFor } from '../../nodes/DefenderLiveResponse/service/pacing';
import { endedFile, endedScript, runScript, SCRIPT } from '../support/actions';
import type { NodeRun, Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	// What was asked for within the last hour counts.
	setting.advance(2 * 60 * 60_000);
});

afterAll(async () => await setting.close());

const PATH = 'C:\\Temp\\evidence.txt';
const RESULT_OF = { resource: 'liveResponse', machineActionId: '={{ $json.id }}' };

/** The result of a script, or of a file, by each operation that gives results. */
const OPERATIONS = ['getResult', 'getManyResults', 'run'] as const;

function device(script: ScriptBehaviour = {}, file: FileBehaviour = {}): string {
	return setting.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: script }, files: { [PATH]: file } })
		.id;
}

async function scriptBy(operation: string, script: ScriptBehaviour, more: IDataObject): Promise<NodeRun> {
	const machineId = device(script);
	if (operation === 'run') return await setting.runNode({ ...runScript(machineId), ...more });
	return await setting.runNode({ ...RESULT_OF, operation, ...more }, { items: [{ id: endedScript(setting.emulator, script) }] });
}

async function fileBy(operation: string, file: FileBehaviour, more: IDataObject): Promise<NodeRun> {
	const machineId = device({}, file);
	const commands = { command: [{ type: 'GetFile', path: PATH }] };
	if (operation === 'run') return await setting.runNode({ ...runScript(machineId), commands, ...more });
	return await setting.runNode({ ...RESULT_OF, operation, ...more }, { items: [{ id: endedFile(setting.emulator, file, PATH) }] });
}

describe.each(OPERATIONS)('%s', (operation) => {
	it('reads and shows a transcript as its options say', async () => {
		const options = {
			successExitCodes: '0,3010',
			exitCodePattern: '^RESULT=(\\d+)$',
			parseOutput: 'lines',
			splitOutput: true,
			stripBanner: false,
			maxOutputLength: 12,
			includeLink: true,
		};
		const { results } = await scriptBy(operation, { exitCode: 1, output: 'first\nRESULT=3010\n', banner: true, nuls: 0 }, { options });
		expect(results.map(({ output }) => (output as string).slice(0, 11))).toEqual(['first', 'RESULT=3010']);
		expect(results[0]).toMatchObject({ script_output: 'RESULT=3010\n', script_error: '' });
		// Texts are in the first item alone.
		expect(results[1]).not.toHaveProperty('script_output');
		for (const item of results) {
			expect(item).toMatchObject({ outcome: 'succeeded', exit_code: 3010, downloadLink: expect.stringContaining('sig=') });
			expect(item).not.toHaveProperty('transcriptPath');
		}
	});

	it('does none of that unless an option asks for it', async () => {
		const output = 'first\nRESULT=3010\n';
		const { results } = await scriptBy(operation, { exitCode: 3010, output: output + 'x'.repeat(200_000), banner: true }, {});
		expect(results).toHaveLength(1);
		expect(results[0]).toMatchObject({ outcome: 'scriptFailed', exit_code: 3010, transcriptPath: expect.any(String) });
		expect(results[0].script_output).toBe(output + 'x'.repeat(200_000));
		for (const key of ['output', 'downloadLink', 'omittedCharacters', 'machineAction']) expect(results[0]).not.toHaveProperty(key);
	});

	it('keeps a file where and as its options say', async () => {
		const options = { binaryPropertyName: 'evidence', decompress: false };
		const ran = await fileBy(operation, { content: 'found' }, { options });
		expect(ran.outputs('Defender')[0].map(({ binary }) => Object.keys(binary ?? {}))).toEqual([['evidence']]);
		expect(ran.results[0]).toMatchObject({ fileName: 'evidence.txt.gz', mimeType: 'application/gzip' });
	});

	it.each([
		[2, { maxDownloadSize: 1 }, 'larger than 1 MB'],
		[1025, {}, 'larger than 1024 MB'],
	])('accepts no file of %i MB with %j', async (megabytes, options, reason) => {
		const { results } = await fileBy(operation, { content: { size: megabytes * 1024 * 1024 }, container: 'raw' }, { options });
		expect(results[0]).toMatchObject({ outcome: 'unreadable', errors: [expect.stringContaining(reason)] });
	});

	it('adds what the service sent when it is not to simplify', async () => {
		const { results } = await scriptBy(operation, {}, { simplify: false });
		for (const key of ['machineAction', 'command', 'transcript', 'download']) expect(results[0]).toHaveProperty(key, expect.any(Object));
	});

	it.each([
		['minute', { callsPerMinute: 1 }, 60_000],
		['hour', { callsPerHour: 1 }, 60 * 60_000],
	])('asks for one result a %s if an option asks for it', async (_, options, ms) => {
		const machineId = device();
		const items = [endedScript(setting.emulator), endedScript(setting.emulator)].map((id) => ({ id, machineId }));
		const parameters = operation === 'run' ? runScript('={{ $json.machineId }}', { whenDeviceBusy: 'wait' }) : { ...RESULT_OF, operation };
		const running = setting.runNode({ ...parameters, options }, { items });
		const linked = () => setting.requestsOf('link').filter(({ status }) => status === 200);
		while (linked().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
		const skip = setInterval(() => setting.advance(ms / 20), 20);
		await running;
		clearInterval(skip);
		const [first, second] = linked();
		expect(second.at - first.at).toBeGreaterThanOrEqual(ms);
	});
});

it('asks for 1500 results an hour and no more, unless an option asks for it', async () => {
	const { app } = setting.emulator;
	const pacer = pacerFor(`${app.tenantId} ${app.clientId}`.toLowerCase(), 'results');
	// As if other executions had asked for all others.
	for (let count = 1; count < 1500; count++) (await pacer.take({ caller: app, clock: systemClock }, { perMinute: 0, perHour: 0 })).done();
	const [first, second] = [endedScript(setting.emulator), endedScript(setting.emulator)];
	const parameters = { ...RESULT_OF, operation: 'getResult', options: { callsPerMinute: 0 } };
	await setting.runNode(parameters, { items: [{ id: first }] });
	const skip = setInterval(() => setting.advance(60_000), 5);
	await setting.runNode(parameters, { items: [{ id: second }] });
	clearInterval(skip);
	const [before, after] = setting.requestsOf('link').filter(({ status }) => status === 200);
	expect(before.at - setting.requestsOf('action.list')[0].at).toBeLessThan(60_000);
	expect(after.at - before.at).toBeGreaterThan(55 * 60_000);
});

it('refuses the results of another script (getManyResults)', async () => {
	const id = endedScript(setting.emulator);
	const options = { expectedScriptName: 'other.ps1' };
	const { error } = await setting.runNode({ ...RESULT_OF, operation: 'getManyResults', options }, { items: [{ id }] });
	expect(error?.message).toBe(`The result is of the script "${SCRIPT}", not of "other.ps1"`);
});

it('gives the links of all commands and downloads nothing (getManyResults)', async () => {
	const { id } = setting.emulator.addAction({
		machineId: device(),
		commands: [
			{ type: 'PutFile', name: 'tool.exe' },
			{ type: 'RunScript', name: SCRIPT, script: {} },
			{ type: 'GetFile', name: PATH, file: { content: 'found' } },
		],
	});
	const { results } = await setting.runNode({ ...RESULT_OF, operation: 'getManyResults', followLink: false }, { items: [{ id }] });
	expect(results.map(({ commandType, outcome, downloadLink }) => [commandType, outcome, typeof downloadLink])).toEqual([
		['PutFile', 'succeeded', 'object'],
		['RunScript', 'unverified', 'string'],
		['GetFile', 'unverified', 'string'],
	]);
	expect(setting.requestsOf('blob')).toHaveLength(0);
});
