/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { IDataObject } from 'n8n-workflow';
import type { Certificate } from '../../playground/emulator';
import { selfSignedCertificate } from '../../playground/emulator';
import { userFolder } from '../../playground/engine/engine';
import { endedFile, endedScript, GET_RESULT, runScript, SCRIPT } from '../support/actions';
import { report } from '../support/report';
import { SecretSearch } from '../support/secretSearch';
import { secretsOf } from '../support/secretsOf';
import type { NodeRun, Setting } from '../support/setting';
import { NODE_TYPE, startSetting, workflowWith } from '../support/setting';
import { triggerWorkflow } from '../support/trigger';

/** Entered by mistake, and a secret anyway. */
const WRONG = ['wrong', 'value', '4711'].join('~');

/** Something that n8n keeps or shows: what it is, and what it holds. */
type Left = [string, unknown];

let setting: Setting;
/** Of an app that signs in with it. */
let key: Certificate;
let search: SecretSearch;
const left: Left[] = [];
const runs: NodeRun[] = [];

const [, { credentials }] = workflowWith({}).nodes;
const all = { ...GET_RESULT, simplify: false };

function enter(fields: Record<string, string> = {}): void {
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData(fields));
}

/** A run of the node, and what n8n stores of it apart from the field that is there for the link. */
async function run(name: string, parameters: IDataObject, id?: string): Promise<void> {
	const ran = await setting.runNode(parameters, { items: [{ id }] });
	runs.push(ran);
	const withoutLinks = JSON.stringify(ran.run, (key, value: unknown) => (key === 'downloadLink' ? 'LINK' : value));
	left.push([`${name}: run data`, withoutLinks], [`${name}: error`, ran.error]);
}

/** Everything that could go wrong with a secret in its hands. */
async function runNodes(): Promise<void> {
	const { emulator } = setting;
	const device = emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: {} } });
	await run('success', all, endedScript(emulator));
	await run('file', all, endedFile(emulator, { content: 'evidence' }));
	await run('file of unknown name', all, endedFile(emulator, { content: 'evidence', contentDisposition: false, fname: false }, 'C:\\'));
	await run('run', runScript(device.id));
	for (const effect of [
		{ kind: 'status', status: 403 },
		{ kind: 'status', status: 500 },
		{ kind: 'reset', phase: 'beforeHeaders' },
		{ kind: 'reset', phase: 'duringBody', afterBytes: 20 },
		{ kind: 'redirect', location: 'https://evil.example/' },
		{ kind: 'badBody', body: 'no transcript' },
		{ kind: 'wrongMd5' },
		{ kind: 'stall' },
	] as const) {
		const fault = emulator.fault({ on: 'blob', times: Infinity, effect });
		await run(`storage ${effect.kind}`, all, endedScript(emulator));
		fault.remove();
	}
	for (const effect of [
		{ kind: 'status', status: 401 },
		{ kind: 'status', status: 403 },
		{ kind: 'status', status: 400 },
		{ kind: 'status', status: 503 },
		{ kind: 'reset', phase: 'beforeHeaders' },
		{ kind: 'redirect', location: `${emulator.storageUrl}/elsewhere` },
		{ kind: 'badBody', body: '<html>' },
		{ kind: 'stall' },
	] as const) {
		const fault = emulator.fault({ on: ['link', 'action.list', 'run'], times: Infinity, effect });
		await run(`API ${effect.kind}`, { ...all, maxWaitMinutes: 0 }, endedScript(emulator));
		await run(`run ${effect.kind}`, runScript(device.id, { maxWaitMinutes: 0 }));
		fault.remove();
	}
	await run('link only', { ...GET_RESULT, followLink: false }, endedScript(emulator));
	await run('link included', { ...all, options: { includeLink: true } }, endedScript(emulator));
	await run('dry run', runScript(device.id, { options: { dryRun: true } }));
	enter({ clientSecret: WRONG });
	await run('wrong secret', all, endedScript(emulator));
	const clientId = emulator.apps.addApp({ certificates: [key.certificate] }).clientId;
	const certificate = { clientId, clientCredentialType: 'certificate', clientSecret: '', ...key };
	enter(certificate);
	await run('certificate', all, endedScript(emulator));
	enter({ ...certificate, clientId: emulator.app.clientId });
	await run('wrong certificate', all, endedScript(emulator));
	enter();
}

/** The lists of the editor, which show an error's text as it is. */
async function openLists(): Promise<void> {
	const methods = ['searchMachines', 'searchMachineActions', 'searchLibraryFiles'];
	for (const status of [200, 401, 403, 503]) {
		const fault = setting.emulator.fault({
			on: ['machine.list', 'action.list', 'library.list'],
			times: Infinity,
			effect: { kind: 'status', status },
		});
		if (status === 200) fault.remove();
		for (const method of methods) {
			const listed = await setting.engine.listSearch(NODE_TYPE, method, { credentials }).catch((error: unknown) => error);
			left.push([`${method} ${status}`, listed]);
		}
		fault.remove();
	}
}

/** A trigger that emits results, some of which cannot be had; n8n keeps its state with the workflow. */
async function pollTrigger(): Promise<void> {
	const { emulator } = setting;
	const trigger = await setting.engine.activate(triggerWorkflow({ emit: 'results', options: { includeLink: true } }));
	const fault = emulator.fault({ on: 'blob', times: 2, effect: { kind: 'redirect', location: 'https://evil.example/' } });
	for (let poll = 0; poll < 4; poll++) {
		const endedAt = emulator.now();
		emulator.addAction({ createdAt: endedAt - 60_000, endedAt, commands: [{ type: 'RunScript', name: SCRIPT, script: {} }] });
		setting.advance(120_000);
		left.push([`poll ${poll}`, await trigger.poll().catch((error: unknown) => error)]);
		left.push([`state after poll ${poll}`, trigger.staticData]);
	}
	expect(fault.hits).toBe(2);
	trigger.kill();
}

function withoutLinks(value: unknown): string {
	const text = inspect(value, { depth: null, showHidden: true, maxArrayLength: null, maxStringLength: null });
	return text.replace(/downloadLink: '[^']*'/g, 'LINK');
}

beforeAll(async () => {
	setting = await startSetting();
	key = await selfSignedCertificate();
	await runNodes();
	await openLists();
	await pollTrigger();
	const entered = { clientSecrets: [setting.emulator.app.clientSecret, WRONG], privateKeys: [key.privateKey] };
	search = new SecretSearch(secretsOf(setting.emulator, entered));
});

afterAll(async () => await setting.close());

const rows: Array<Array<string | number>> = [];

/** What was found, and a row for the report. */
function foundIn(what: string, pieces: Left[]): string[] {
	const texts = pieces.map(([name, value]) => [name, typeof value === 'string' ? value : withoutLinks(value)]);
	const found = texts.flatMap(([name, text]) => search.in(text).map((secret) => `${secret.name} in ${name}`));
	rows.push([what, pieces.length, texts.reduce((sum, [, text]) => sum + text.length, 0), search.secrets.length, found.length]);
	report('secrets', { columns: ['what was searched', 'pieces', 'characters', 'secrets looked for', 'found outside downloadLink'], rows });
	return found;
}

it('has something to find, and finds it', () => {
	const count = (name: string) => search.secrets.filter((secret) => secret.name === name).length;
	expect(count('link signature')).toBeGreaterThan(10);
	expect(count('access token')).toBeGreaterThan(2);
	expect(count('client assertion')).toBeGreaterThan(1);
	expect(count('private key')).toBeGreaterThan(10);
	expect(runs.filter(({ error }) => error).length).toBeGreaterThan(5);
	const requests = setting.emulator.requests.map((request): Left => ['request', inspect(request, { depth: null, maxStringLength: null })]);
	const seen = new Set(requests.flatMap(([, text]) => search.in(text as string)).map(({ name }) => name));
	expect([...seen].sort()).toEqual(['access token', 'client assertion', 'client secret', 'link signature']);
});

describe('sends', () => {
	/** Secrets of this name in requests that are not of this kind. */
	const elsewhere = (name: string, own: (request: Setting['emulator']['requests'][number]) => boolean) =>
		setting.emulator.requests
			.filter((request) => !own(request))
			.filter(({ url, body, headers }) => search.in(url + body + JSON.stringify(headers)).some((secret) => secret.name === name));

	it('the token to the API alone', () => {
		expect(elsewhere('access token', ({ half }) => half === 'api')).toEqual([]);
		for (const { half, headers } of setting.emulator.requests) {
			if (half === 'api') expect(headers.authorization).toMatch(/^Bearer /);
			else expect(headers.authorization).toBeUndefined();
		}
	});

	it('the signature to the storage alone', () => {
		expect(elsewhere('link signature', ({ half }) => half === 'storage')).toEqual([]);
	});

	it.each(['client secret', 'client assertion'])('the %s to the token endpoint alone', (name) => {
		expect(elsewhere(name, ({ operation }) => operation === 'token')).toEqual([]);
	});

	it('the private key to no one', () => {
		expect(elsewhere('private key', () => false)).toEqual([]);
	});
});

describe('leaves none of them, but the link in downloadLink,', () => {
	const isList = ([name]: Left) => name.startsWith('search');
	const isTrigger = ([name]: Left) => /poll/.test(name);

	it('in items, binary metadata and errors with their stacks and causes', () => {
		expect(
			foundIn(
				'run data and errors',
				left.filter((each) => !isList(each) && !isTrigger(each)),
			),
		).toEqual([]);
	});

	it("in the editor's lists and their errors", () => {
		expect(foundIn("the editor's lists", left.filter(isList))).toEqual([]);
	});

	it("in the trigger's items, errors and state", () => {
		expect(foundIn("the trigger's executions and state", left.filter(isTrigger))).toEqual([]);
	});

	it('in the log, at its most talkative', () => {
		expect(
			foundIn(
				'log, level debug',
				setting.engine.logged.map((line, place): Left => [`line ${place}`, line]),
			),
		).toEqual([]);
	});

	it('on the disk', () => {
		const files = readdirSync(userFolder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry): Left => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'latin1') + entry.parentPath + entry.name]);
		expect(files.length).toBeGreaterThan(0);
		expect(foundIn("n8n's folder (binary data)", files)).toEqual([]);
	});
});
