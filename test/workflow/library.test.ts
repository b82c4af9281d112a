import { createHash, randomBytes } from 'node:crypto';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => setting.emulator.reset());

afterAll(async () => await setting.close());

const library = (operation: string, more: object = {}) => ({ resource: 'libraryFile', operation, ...more });
const add = (fileName: string, more: object = {}) => setting.emulator.addLibraryFile({ fileName, ...more });
const input = (content: Buffer, fileName = 'check.ps1', name = 'data'): INodeExecutionData => ({
	json: {},
	binary: { [name]: { data: content.toString('base64'), mimeType: 'text/plain', fileName } },
});
const upload = async (parameters: IDataObject = {}, inputs = [input(Buffer.from('Get-Date'))], node = {}) =>
	await setting.runNode(library('upload', parameters) as IDataObject, { inputs, node });

describe('getMany', () => {
	it('gives the files as the service sends them', async () => {
		const entity = add('check.ps1', { description: 'baseline', hasParameters: true, parametersDescription: '-Days' });
		const ran = await setting.runNode(library('getMany'));
		expect(ran.results).toEqual([entity]);
		expect(ran.outputs('Defender')[0][0].pairedItem).toEqual({ item: 0 });
	});

	it('gives up to the limit, or all', async () => {
		for (let count = 0; count < 60; count++) add(`script-${count}.ps1`);
		expect((await setting.runNode(library('getMany'))).results).toHaveLength(50);
		expect((await setting.runNode(library('getMany', { limit: 3 }))).results).toHaveLength(3);
		expect((await setting.runNode(library('getMany', { returnAll: true }))).results).toHaveLength(60);
	});

	it('names the permission that is missing', async () => {
		const bare = await startSetting();
		bare.emulator.apps.addApp({
			clientId: bare.emulator.app.clientId,
			secrets: [{ value: bare.emulator.app.clientSecret }],
			roles: ['Machine.LiveResponse'],
		});
		const { error } = await bare.runNode(library('getMany'));
		await bare.close();
		expect(error).toMatchObject({
			message: 'Defender refused to read the live response library: a permission is missing',
			description: expect.stringContaining('Library.Manage'),
		});
	});
});

describe('upload', () => {
	it('puts the very bytes into the library, with what is said of them', async () => {
		const content = randomBytes(300_000);
		const parameters = {
			binaryPropertyName: 'script',
			description: 'collects',
			hasParameters: true,
			parametersDescription: '-Days <number>',
		};
		const { results, error } = await upload(parameters, [input(content, 'collect.ps1', 'script')]);
		expect(error).toBeUndefined();
		expect(results).toEqual([
			expect.objectContaining({
				fileName: 'collect.ps1',
				sha256: createHash('sha256').update(content).digest('hex'),
				description: 'collects',
				hasParameters: true,
				parametersDescription: '-Days <number>',
			}),
		]);
		expect(setting.emulator.libraryFile('collect.ps1')?.content.equals(content)).toBe(true);
	});

	it('takes another name, and mentions no parameters that are not there', async () => {
		await upload({ fileName: 'hello copy.sh', parametersDescription: 'left over' });
		expect(setting.emulator.libraryFile('hello copy.sh')?.entity).toMatchObject({ hasParameters: false, parametersDescription: null });
	});

	it.each([false, true])('refuses a name that is taken, whatever the service would do (replaces silently: %s)', async (silently) => {
		setting.emulator.settings.overwritesSilently = silently;
		add('Check.ps1', { content: 'the old one' });
		const { error } = await upload({ fileName: 'check.ps1' });
		expect(error).toMatchObject({
			message: 'The library already has a file named "check.ps1"',
			description: expect.stringContaining('Overwrite'),
		});
		expect(setting.requestsOf('library.upload')).toHaveLength(0);
		expect(setting.emulator.libraryFile('Check.ps1')?.content.toString()).toBe('the old one');
	});

	describe('ifDifferent', () => {
		const list = async () => (await upload({ overwrite: 'ifDifferent' })).results;

		it('replaces a file of other content', async () => {
			add('check.ps1', { content: 'the old one' });
			expect(await list()).toEqual([expect.objectContaining({ fileName: 'check.ps1', unchanged: false })]);
			expect(setting.emulator.libraryFile('check.ps1')?.content.toString()).toBe('Get-Date');
		});

		it('leaves one of the same content alone, and says so', async () => {
			add('Check.ps1', { content: 'Get-Date', description: 'as it was' });
			expect(await list()).toEqual([expect.objectContaining({ fileName: 'Check.ps1', description: 'as it was', unchanged: true })]);
			expect(setting.requestsOf('library.upload')).toHaveLength(0);
		});

		it('uploads a new one, and the same again from another item not', async () => {
			const inputs = [1, 2].map(() => input(Buffer.from('Get-Date'), 'new.ps1'));
			const { results } = await upload({ overwrite: 'ifDifferent' }, inputs);
			expect(results.map(({ unchanged }) => unchanged)).toEqual([false, true]);
			expect(setting.requestsOf('library.upload')).toHaveLength(1);
		});
	});

	it.each([
		[true, 'Get-Date'],
		[false, 'the old one'],
		['={{ "true" }}', 'Get-Date'],
	])('reads the switch %j as always or never', async (overwrite, content) => {
		add('check.ps1', { content: 'the old one' });
		await upload({ overwrite });
		expect(setting.emulator.libraryFile('check.ps1')?.content.toString()).toBe(content);
	});

	it('replaces it if asked to', async () => {
		add('check.ps1', { content: 'the old one' });
		const { error } = await upload({ overwrite: 'always' });
		expect(error).toBeUndefined();
		expect(setting.emulator.libraryFile('check.ps1')?.content.toString()).toBe('Get-Date');
		expect(setting.requestsOf('library.list')).toHaveLength(0);
	});

	it('refuses the second of two files of one name, and goes on with the others', async () => {
		const inputs = ['a.ps1', 'a.ps1', 'b.ps1'].map((name) => input(Buffer.from(name), name));
		const { results } = await upload({}, inputs, { onError: 'continueRegularOutput' });
		expect(results.map((item) => item.error ?? item.fileName)).toEqual(['a.ps1', 'The library already has a file named "a.ps1"', 'b.ps1']);
	});

	it('survives a token that has run out', async () => {
		setting.emulator.fault({
			on: 'library.upload',
			effect: { kind: 'status', status: 401, body: { error: { code: 'Unauthorized', message: 'expired' } } },
		});
		const { error } = await upload();
		expect(error).toBeUndefined();
		expect(setting.emulator.libraryFile('check.ps1')?.content.toString()).toBe('Get-Date');
	});

	it('repeats what failed only where it may', async () => {
		setting.emulator.fault({ on: 'library.upload', effect: { kind: 'status', status: 503 } });
		expect((await upload({ overwrite: true })).error).toBeUndefined();
		setting.emulator.fault({ on: 'library.upload', effect: { kind: 'status', status: 503 } });
		const { error } = await upload({ fileName: 'new.ps1' });
		expect(error).toMatchObject({ httpCode: '503', description: expect.stringContaining('not repeated') });
	});

	it.each([
		['no file', {}, [{ json: {} }], /binary/],
		['more than 20 MB', {}, [input(Buffer.alloc(20 * 1024 * 1024 + 1))], /^'Input Binary Field' holds a file of 21 MB \[item 0\]$/],
		['a name with folders', { fileName: '..\\evil.ps1' }, undefined, /^'File Name' is not a valid file name \[item 0\]$/],
		['a name of dots', { fileName: '..' }, undefined, /^'File Name' is not a valid file name \[item 0\]$/],
		['a choice that there is not', { overwrite: '={{ "maybe" }}' }, undefined, /^'Overwrite' is none of its choices \[item 0\]$/],
	])('refuses %s before any request', async (_, parameters, inputs, message) => {
		const { error } = await upload(parameters, inputs as INodeExecutionData[] | undefined);
		expect(error?.message).toMatch(message);
		expect(setting.emulator.requests).toHaveLength(0);
	});

	it('takes 20 MB', async () => {
		const { error } = await upload({}, [input(Buffer.alloc(20 * 1024 * 1024))]);
		expect(error).toBeUndefined();
	});
});

describe('delete', () => {
	it('deletes the file, whatever its name', async () => {
		for (const fileName of ['a b.ps1', 'ü#?%25.ps1']) {
			add(fileName);
			const { results, error } = await setting.runNode(library('delete', { fileName: { __rl: true, mode: 'list', value: fileName } }));
			expect(error).toBeUndefined();
			expect(results).toEqual([{ deleted: true, fileName }]);
			expect(setting.emulator.libraryFile(fileName)).toBeUndefined();
		}
	});

	it('says that there is none', async () => {
		const { error } = await setting.runNode(library('delete', { fileName: 'gone.ps1' }));
		expect(error).toMatchObject({ httpCode: '404', message: 'Defender does not know this library file' });
	});

	it.each([
		['={{ "" }}', "'File' is empty [item 0]"],
		['..', "'File' is not a valid file name [item 0]"],
		['../machines', "'File' is not a valid file name [item 0]"],
	])('refuses %p before any request', async (fileName, message) => {
		const { error } = await setting.runNode(library('delete', { fileName }));
		expect(error?.message).toBe(message);
		expect(setting.emulator.requests).toHaveLength(0);
	});
});

it('pairs files with the items of the input', async () => {
	const inputs = ['a.ps1', 'b.ps1'].map((name) => input(Buffer.from(name), name));
	const uploaded = (await setting.runNode(library('upload'), { inputs })).outputs('Defender')[0];
	expect(uploaded.map(({ json, pairedItem }) => [json.fileName, pairedItem])).toEqual([
		['a.ps1', { item: 0 }],
		['b.ps1', { item: 1 }],
	]);
	const listed = (await setting.runNode(library('getMany'), { items: [{}, {}] })).outputs('Defender')[0];
	expect(listed.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }, { item: 1 }, { item: 1 }]);
	const items = [{ name: 'a.ps1' }, { name: 'b.ps1' }];
	const deleted = (await setting.runNode(library('delete', { fileName: '={{ $json.name }}' }), { items })).outputs('Defender')[0];
	expect(deleted.map(({ json, pairedItem }) => [json.fileName, pairedItem])).toEqual([
		['a.ps1', { item: 0 }],
		['b.ps1', { item: 1 }],
	]);
});
