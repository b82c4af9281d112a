import { createHash, randomBytes } from 'node:crypto';
import { Container } from '@n8n/di';
import type { IDataObject, INode } from 'n8n-workflow';
import { BinaryDataService } from 'n8n-core';
import type { Effect, FileBehaviour, WholeAnswer } from '../../playground/emulator';
import type { NodeRun, Setting } from '../support/setting';
import { NODE_TYPE, startSetting } from '../support/setting';
import { itemOf, storeByItem } from '../support/tenants';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
});

afterAll(async () => await setting.close());

const NAME = 'ws-01.contoso.example';
const TYPE = 'CollectInvestigationPackage';
const CONTINUE: { node: Partial<INode> } = { node: { onError: 'continueRegularOutput' } };
const COMMENT = 'case 4711, execution {{ $execution.id }}';
const content = Buffer.concat([Buffer.from('PK\x03\x04'), randomBytes(200_000)]);
const sha256 = createHash('sha256').update(content).digest('hex');

const add = (file: FileBehaviour = { content }, more: IDataObject = {}) =>
	setting.emulator.addDevice({ computerDnsName: NAME, package: file, ...more }).id;
const collect = async (more: IDataObject, options: Parameters<Setting['runNode']>[1] = {}) =>
	await setting.runNode({ resource: 'machine', operation: 'collectPackage', comment: `=${COMMENT}`, ...more }, options);
const getPackage = async (more: IDataObject, options: Parameters<Setting['runNode']>[1] = {}) =>
	await setting.runNode({ resource: 'machineAction', operation: 'getPackage', ...more }, options);

/** The package of a collection that has ended, or ends as is said. */
const collected = (more: object = {}) => setting.emulator.addAction({ type: TYPE, commands: [], ...more }).id;

/** What n8n has stored for an item. */
async function stored(ran: NodeRun, property = 'data', place = 0): Promise<Buffer> {
	return await Container.get(BinaryDataService).getAsBuffer(ran.outputs('Defender')[0][place].binary![property]);
}

const KEYS = ['machineActionId', 'outcome', 'fileName', 'fileSize', 'mimeType', 'sha256', 'errors', 'machineId', 'computerDnsName'];

describe('collectPackage', () => {
	it('asks a device for its package, waits, and gives it as a file', async () => {
		const id = add();
		const ran = await collect({ machineId: { __rl: true, mode: 'name', value: NAME } });
		expect(ran.error).toBeUndefined();
		const [action] = setting.emulator.responses;
		expect(setting.emulator.responses).toEqual([expect.objectContaining({ type: TYPE, machineId: id })]);
		expect(Object.keys(ran.results[0])).toEqual(KEYS);
		expect(ran.results).toEqual([
			{
				machineActionId: action.machineActionId,
				outcome: 'succeeded',
				fileName: 'WDATP_Investigation_Package.zip',
				fileSize: content.length,
				mimeType: 'application/zip',
				sha256,
				errors: [],
				machineId: id,
				computerDnsName: NAME,
			},
		]);
		expect((await stored(ran)).equals(content)).toBe(true);
		expect(ran.outputs('Defender')[0][0].pairedItem).toEqual({ item: 0 });
	});

	it('shows the request of a dry run and sends nothing', async () => {
		const id = add();
		const { results } = await collect({ machineId: id, comment: 'case 4711', options: { dryRun: true } });
		const url = `${setting.emulator.apiUrl}/api/machines/${id}/collectInvestigationPackage`;
		expect(results).toEqual([{ dryRun: true, method: 'POST', url, body: { Comment: 'case 4711' } }]);
		expect(setting.emulator.responses).toEqual([]);
	});

	it('does not wait where it is not to, and feeds Get Package', async () => {
		const id = add();
		const first = await collect({ machineId: id, waitForCompletion: false });
		expect(first.results).toEqual([
			expect.objectContaining({
				outcome: 'pending',
				fileName: null,
				sha256: null,
				machineId: id,
				errors: [expect.stringContaining('Pending')],
			}),
		]);
		const ran = await getPackage({}, { items: first.results });
		expect(ran.results).toEqual([expect.objectContaining({ outcome: 'succeeded', sha256, machineId: id })]);
	});

	it('is pending when the wait has ended', async () => {
		const { results, error } = await collect({ machineId: add(undefined, { offline: true }), maxWaitMinutes: 1 });
		expect(error).toBeUndefined();
		expect(results).toEqual([expect.objectContaining({ outcome: 'pending', errors: [expect.stringContaining('may be offline')] })]);
	});

	it('is collected once although the answer is lost and n8n tries again', async () => {
		const id = add();
		setting.emulator.fault({ on: 'collectPackage', effect: { kind: 'reset', phase: 'afterProcessing' } });
		setting.emulator.fault({ on: 'action.list', times: 5, effect: { kind: 'badBody', body: { value: [] } } });
		const node = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
		const { results, error } = await collect({ machineId: id }, { node });
		expect(error).toBeUndefined();
		expect(setting.emulator.responses).toHaveLength(1);
		expect(results).toEqual([expect.objectContaining({ outcome: 'succeeded', sha256 })]);
	});

	it('is not an error where the package cannot be had afterwards', async () => {
		const { emulator, engine } = setting;
		emulator.apps.setRoles(emulator.app.clientId, ['Machine.CollectForensics']);
		engine.credentials.stored.set('defender', emulator.credentialData());
		const { results, error } = await collect({ machineId: add() });
		expect(error).toBeUndefined();
		expect(results).toEqual([
			expect.objectContaining({ outcome: 'pending', errors: expect.arrayContaining([expect.stringContaining('Machine.ReadWrite.All')]) }),
		]);
		expect(emulator.responses).toHaveLength(1);
	});

	it("reports another's collection", async () => {
		const id = add();
		const other = collected({ machineId: id, status: 'InProgress', requestorComment: 'case 12' });
		const { results } = await collect({ machineId: id }, CONTINUE);
		expect(results).toEqual([
			expect.objectContaining({
				outcome: 'refused',
				error: 'The device has an unfinished action of this kind already: Collect Investigation Package',
				details: expect.objectContaining({ code: 'deviceBusy', sent: 'no', description: expect.stringContaining(other) }),
			}),
		]);
	});

	it('names the permission to an app that lacks it', async () => {
		const { emulator, engine } = setting;
		emulator.apps.setRoles(emulator.app.clientId, ['Machine.ReadWrite.All']);
		engine.credentials.stored.set('defender', emulator.credentialData());
		const { error } = await collect({ machineId: add() });
		expect(error).toMatchObject({ description: expect.stringContaining('Add Machine.CollectForensics of the API WindowsDefenderATP') });
	});

	it('gives items that name one device its one package', async () => {
		const id = add();
		const { results } = await collect({ machineId: id }, { items: [{}, {}] });
		expect(setting.emulator.responses).toHaveLength(1);
		expect(results.map((item) => [item.outcome, item.sha256])).toEqual(Array(2).fill(['succeeded', sha256]));
	});

	it('is asked for in the tenant of each item', async () => {
		const other = setting.emulator.addTenant({ domain: 'fabrikam.example' });
		add();
		const theirs = Buffer.concat([Buffer.from('PK\x03\x04'), randomBytes(100)]);
		other.addDevice({ computerDnsName: NAME, package: { content: theirs } });
		storeByItem(setting);
		const machineId = { __rl: true, mode: 'name', value: NAME };
		const { results } = await collect({ machineId }, { items: [itemOf(setting.emulator), itemOf(other)] });
		expect(results.map((item) => item.sha256)).toEqual([sha256, createHash('sha256').update(theirs).digest('hex')]);
	});
});

describe('getPackage', () => {
	it('gives the package of an action that another node started', async () => {
		add();
		const id = collected();
		const ran = await getPackage({ options: { binaryPropertyName: 'package' } }, { items: [{ machineActionId: id }] });
		expect(ran.results).toEqual([expect.objectContaining({ machineActionId: id, outcome: 'succeeded', sha256 })]);
		expect((await stored(ran, 'package')).equals(content)).toBe(true);
	});

	it.each([
		['Failed', 'actionFailed'],
		['Cancelled', 'cancelled'],
		['TimeOut', 'timedOut'],
	] as const)('says how an action ended that has none: %s', async (status, outcome) => {
		add();
		const { results, error } = await getPackage({}, { items: [{ id: collected({ status }) }] });
		expect(error).toBeUndefined();
		expect(results).toEqual([expect.objectContaining({ outcome, fileName: null })]);
		expect(setting.requestsOf('packageLink')).toEqual([]);
	});

	it('refuses an action of another type', async () => {
		add();
		const { error } = await getPackage({}, { items: [{ id: collected({ type: 'Isolate' }) }] });
		expect(error?.message).toBe("'Machine Action' is of type Isolate [item 0]");
		expect(setting.requestsOf('packageLink')).toEqual([]);
	});

	it('waits for a package that is not there yet, and says where there is none', async () => {
		add();
		const id = collected({ createdAt: setting.emulator.now() - 60_000, endedAt: setting.emulator.now() });
		setting.emulator.fault({ on: 'packageLink', times: 2, effect: { kind: 'notFound' } });
		expect((await getPackage({}, { items: [{ id }] })).results).toEqual([expect.objectContaining({ outcome: 'succeeded' })]);
		setting.emulator.fault({ on: 'packageLink', times: Infinity, effect: { kind: 'notFound' } });
		expect((await getPackage({}, { items: [{ id: collected() }] })).results).toEqual([
			expect.objectContaining({ outcome: 'noResult', errors: ['Defender has no package for this machine action'] }),
		]);
	});

	it('names the permission for the link', async () => {
		const { emulator, engine } = setting;
		add();
		emulator.fault({
			on: 'packageLink',
			times: Infinity,
			effect: { kind: 'status', status: 403, body: { error: { code: 'Forbidden', message: 'no' } } },
		});
		engine.credentials.stored.set('defender', emulator.credentialData());
		const { error } = await getPackage({}, { items: [{ id: collected() }] });
		expect(error).toMatchObject({
			message: expect.stringContaining('provide the link to an investigation package'),
			description: expect.stringContaining('Machine.ReadWrite.All (delegated: Machine.CollectForensics)'),
		});
	});

	it('lists the packages of the tenant in the editor, and nothing else', async () => {
		add();
		const id = collected();
		collected({ type: 'Isolate' });
		const credentials = { microsoftDefenderOAuth2Api: { id: 'defender', name: 'Defender' } };
		const { results } = await setting.engine.listSearch(NODE_TYPE, 'searchPackageActions', { credentials });
		expect(results.map(({ value }) => value)).toEqual([id]);
	});
});

describe('a package comes whole although', () => {
	const run = async () => {
		add();
		const ran = await getPackage({}, { items: [{ id: collected() }] });
		expect(ran.results).toEqual([expect.objectContaining({ outcome: 'succeeded', sha256 })]);
		expect((await stored(ran)).equals(content)).toBe(true);
	};
	const BROKEN = { kind: 'reset', phase: 'duringBody', afterBytes: 70_000 } as const;

	it('the connection breaks, and goes on where it broke', async () => {
		setting.emulator.fault({ on: 'package', effect: BROKEN });
		await run();
		expect(setting.requestsOf('package').map(({ headers }) => headers.range !== undefined)).toEqual([false, true]);
	});

	it('the link is over meanwhile', async () => {
		setting.emulator.fault({ on: 'package', effect: BROKEN });
		setting.emulator.fault({ on: 'package', effect: { kind: 'expired' } });
		await run();
		expect(setting.requestsOf('packageLink')).toHaveLength(2);
	});

	it('the connection breaks, and its host serves no parts', async () => {
		setting.emulator.settings.packageRanges = false;
		setting.emulator.fault({ on: 'package', times: 2, effect: BROKEN });
		await run();
		expect(setting.requestsOf('packageLink')).toHaveLength(1);
	});

	it('it ends too early', async () => {
		setting.emulator.fault({ on: 'package', effect: { kind: 'truncate', bytes: 70_000, claim: 'full' } });
		await run();
	});
});

it.each<[string, FileBehaviour, string]>([
	['is empty', { content: '' }, 'The package arrived empty'],
	['is not an archive', { content: '<html>Sign in</html>' }, 'The package is not a ZIP archive. It is there as it came'],
])('never takes for a success what %s', async (_, file, error) => {
	add(file);
	const { results } = await getPackage({}, { items: [{ id: collected() }] });
	expect(results).toEqual([expect.objectContaining({ outcome: 'unreadable', errors: [error] })]);
});

it('accepts no package that is too large', async () => {
	add({ content: { size: 3 * 1024 * 1024 } });
	const ran = await getPackage({ options: { maxDownloadSize: 2 } }, { items: [{ id: collected() }] });
	expect(ran.results).toEqual([
		expect.objectContaining({ outcome: 'unreadable', fileName: null, errors: [expect.stringContaining('larger than 2 MB')] }),
	]);
	expect(ran.outputs('Defender')[0][0].binary).toBeUndefined();
});

it('asks for two links a minute at most', async () => {
	setting.emulator.limits.setLimits('real');
	add();
	const items = Array.from({ length: 5 }, () => ({ id: collected() }));
	const { results } = await getPackage({ maxWaitMinutes: 1 }, { items });
	expect(results.map(({ outcome }) => outcome)).toEqual(Array(5).fill('succeeded'));
	expect(setting.requestsOf('packageLink').map(({ status }) => status)).toEqual(Array(5).fill(200));
});

it('is not given where the service shows an action of another device under the id', async () => {
	const [own, other] = [add(), add({ content }, { computerDnsName: 'ws-02.contoso.example' })];
	const by = (answer: WholeAnswer) => ({ ...answer, body: Buffer.from(answer.body.toString().replaceAll(own, other)) });
	setting.emulator.fault({ on: ['action.list', 'action.get'], times: Infinity, effect: { kind: 'rewritten', by } });
	const { results } = await collect({ machineId: own });
	expect(results).toMatchObject([
		{ outcome: 'unreadable', machineId: own, errors: [expect.stringContaining('is not the one that was sent')] },
	]);
});

it('follows no link to another host', async () => {
	add();
	setting.emulator.settings.packageOrigin = 'https://userrequests-us.securitycenter.windows.com.evil.example';
	const { results } = await getPackage({}, { items: [{ id: collected() }] });
	expect(results).toEqual([expect.objectContaining({ outcome: 'unreadable', errors: [expect.stringContaining('was not followed')] })]);
	expect(setting.requestsOf('package')).toEqual([]);
});

it.each<[string, () => void]>([
	['a package', () => undefined],
	[
		'a refusal of the storage',
		() => setting.emulator.fault({ on: 'package', times: Infinity, effect: { kind: 'status', status: 400, body: 'no' } }),
	],
	['a storage that is not there', () => void (setting.emulator.settings.packageOrigin = 'http://127.0.0.1:1')],
	['a host that is not trusted', () => void (setting.emulator.settings.packageOrigin = 'https://evil.example')],
	[
		'a redirect',
		() => setting.emulator.fault({ on: 'package', times: Infinity, effect: { kind: 'redirect', location: 'https://evil.example' } }),
	],
])('shows the token of a link nowhere: %s', async (_, prepare) => {
	add();
	prepare();
	for (const options of [{}, CONTINUE]) {
		const ran = await getPackage({ maxWaitMinutes: 1 }, { items: [{ id: collected() }], ...options });
		const shown = JSON.stringify([ran.outputs('Defender'), ran.error, ran.error?.stack, { ...ran.error }]);
		expect(setting.emulator.handedOut.links.length).toBeGreaterThan(0);
		for (const link of setting.emulator.handedOut.links) expect(shown).not.toContain(new URL(link).searchParams.get('token'));
		expect(shown).not.toContain('safedownload');
	}
	for (const { headers } of setting.requestsOf('package')) expect(headers.authorization).toBeUndefined();
});

const OPENS = 'abcdef0123456789abcdef-opens-it';
const LINK = `https://userrequests-us.securitycenter.windows.com:443/safedownload/x.zip?token=${OPENS}`;
const refusedWith = (code: number, message: string): Effect => ({ kind: 'status', status: code, body: { error: { code: 'X', message } } });

it.each<[string, Effect]>([
	['a refusal', refusedWith(409, `see "${LINK}" and ${JSON.stringify({ token: OPENS })}`)],
	['a refusal for a permission', refusedWith(403, `see ${LINK}`)],
	['an answer that is not an object', { kind: 'badBody', body: LINK }],
	['a list', { kind: 'badBody', body: { value: [LINK] } }],
	['a link with a blank', { kind: 'badBody', body: { value: `${LINK} ` } }],
	['a link in more quotes', { kind: 'badBody', body: { value: `""${LINK}""` } }],
	['user info', { kind: 'badBody', body: { value: `https://token=${OPENS}@evil.example/` } }],
])('shows no token that comes in %s', async (_, effect) => {
	add();
	setting.emulator.fault({ on: 'packageLink', times: Infinity, effect });
	for (const options of [{}, CONTINUE]) {
		const ran = await getPackage({}, { items: [{ id: collected() }], ...options });
		const shown = JSON.stringify([ran.outputs('Defender'), ran.error?.stack, { ...ran.error }]);
		expect(shown).not.toContain(OPENS);
		expect(shown).not.toContain('"succeeded"');
	}
});
