import { Container } from '@n8n/di';
import { BinaryDataService } from 'n8n-core';
import { endedFile, endedScript, GET_RESULT, runScript, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => setting.emulator.reset());

afterEach(() => jest.restoreAllMocks());

afterAll(async () => await setting.close());

const SECRETS = /SIGNATURE|OPAQUE|TOKENVALUE/;

it.each([
	'log.txt?se=1&sig=SIGNATURE123456/OPAQUE',
	'sig=SIGNATURE.txt',
	'si\u200bg=SIGNATURE.txt',
	'report.txt?token=TOKENVALUE123456',
	'a%3Fsig%3DSIGNATURE',
	`${'x'.repeat(150)}sig=${'SIGNATURE'.repeat(20)}.txt`,
])('a file named %s is stored and shown without the secret', async (originalName) => {
	const id = endedFile(setting.emulator, { content: 'found', originalName }, `C:\\Temp\\${originalName}`);
	const { outputs } = await setting.runNode({ ...GET_RESULT, simplify: false }, { items: [{ id }] });
	const [{ json, binary }] = outputs('Defender')[0];
	expect(json.outcome).toBe('succeeded');
	expect(JSON.stringify(binary)).not.toMatch(SECRETS);
	expect(JSON.stringify(json.fileName)).not.toMatch(SECRETS);
	expect(binary?.data.fileName).toBe(json.fileName);
});

it('the text of a result that is not a transcript is shown without links and tokens', async () => {
	const raw = '<html>Blocked: https://x.blob.core.windows.net/c?se=1&sig=SIGNATURE&x=1, Authorization: Bearer OPAQUE.TOKENVALUE</html>';
	const id = endedScript(setting.emulator, { raw });
	const { results } = await setting.runNode({ ...GET_RESULT, simplify: false, options: { parseOutput: 'lines' } }, { items: [{ id }] });
	expect(results[0]).toMatchObject({ outcome: 'unreadable', script_output: expect.stringContaining('Blocked: https://x.blob') });
	expect(JSON.stringify(results)).not.toMatch(SECRETS);
});

it.each<[string, { output?: string }, object, string, RegExp]>([
	['as scriptFailed', {}, {}, 'scriptFailed', /^Exit code 323 is that of Defender's agent/],
	['with a pattern', {}, { exitCodePattern: '^RESULT=(\\d+)$' }, 'unreadable', /does not match the output/],
])('a script that the agent did not run has a hint %s', async (_, script, options, outcome, first) => {
	const { id: machineId } = setting.emulator.addDevice({
		computerDnsName: 'ws-01.contoso.example',
		scripts: { [SCRIPT]: { hashMismatch: true, ...script } },
	});
	const { results } = await setting.runNode(runScript(machineId, { options }));
	expect(results[0]).toMatchObject({ outcome, script_name: SCRIPT });
	const errors = results[0].errors as string[];
	expect(errors[0]).toMatch(first);
	expect(errors.filter((error) => error.includes('323'))).toHaveLength(1);
});

it('exit code 323 as a success has no hint', async () => {
	const id = endedScript(setting.emulator, { exitCode: 323 });
	const { results } = await setting.runNode({ ...GET_RESULT, options: { successExitCodes: '0,323' } }, { items: [{ id }] });
	expect(results[0]).toMatchObject({ outcome: 'succeeded', exit_code: 323, errors: [] });
});

describe('upload of a file that n8n cannot read any more', () => {
	const upload = { resource: 'libraryFile', operation: 'upload', overwrite: true };
	const gone = () =>
		Promise.reject(Object.assign(new Error("ENOENT: no such file or directory, open '/home/node/.n8n/x'"), { code: 'ENOENT' }));
	const stored = {
		id: 'filesystem-v2:workflows/1/executions/1/binary_data/x',
		data: 'filesystem-v2',
		mimeType: 'text/plain',
		fileName: 'a.ps1',
	};

	it.each(['getMetadata', 'getAsBuffer'] as const)('says what to do, without a path (%s)', async (method) => {
		const service = Container.get(BinaryDataService);
		jest.spyOn(service, 'getMetadata').mockResolvedValue({ fileName: 'a.ps1', mimeType: 'text/plain', fileSize: 5 });
		jest.spyOn(service, method).mockImplementation(gone as never);
		const { error, run } = await setting.runNode(upload, { inputs: [{ json: {}, binary: { data: stored } }] });
		expect(error).toMatchObject({
			message: "'Input Binary Field' holds a file that n8n could not read [item 0]",
			description: expect.stringContaining('with the execution that made it: run that again'),
		});
		expect(JSON.stringify(run.data.resultData.error?.message)).not.toContain('/home/node');
		expect(setting.requestsOf('library.upload')).toHaveLength(0);
	});
});
