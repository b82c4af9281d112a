/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { userFolder } from '../../playground/engine/engine';
import { endedFile, endedScript, GET_RESULT, runScript, SCRIPT } from '../support/actions';
import type { NodeRun, Setting } from '../support/setting';
import { startSetting } from '../support/setting';

/** Entered by mistake, and a secret all the same. */
const WRONG = ['wrong', 'value', '4711'].join('~');

let setting: Setting;
const left: Array<[string, NodeRun]> = [];

/** Everything that could go wrong with a secret in its hands. */
beforeAll(async () => {
	setting = await startSetting();
	const { emulator } = setting;
	const device = emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: {} } });
	const run = async (name: string, parameters: object, id?: string) =>
		left.push([name, await setting.runNode(parameters as never, { items: [{ id }] })]);
	const all = { ...GET_RESULT, simplify: false };
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
	] as const) {
		const fault = emulator.fault({ on: ['link', 'action.list', 'run'], times: Infinity, effect });
		await run(`API ${effect.kind}`, { ...all, maxWaitMinutes: 0 }, endedScript(emulator));
		await run(`run ${effect.kind}`, runScript(device.id, { maxWaitMinutes: 0 }));
		fault.remove();
	}
	await run('link only', { ...GET_RESULT, followLink: false }, endedScript(emulator));
	await run('link included', { ...all, options: { includeLink: true } }, endedScript(emulator));
	setting.engine.credentials.stored.set('defender', emulator.credentialData({ clientSecret: WRONG }));
	await run('wrong secret', all, endedScript(emulator));
}, 120_000);

afterAll(async () => await setting.close());

/** Signatures of all links that were handed out, as they stand in URLs and decoded. */
function signatures(): string[] {
	const raw = setting.requestsOf('blob').map(({ url }) => /[?&]sig=([^&]*)/.exec(url)?.[1] ?? '');
	return [...new Set([...raw, ...raw.map(decodeURIComponent)])].filter((sig) => sig.length > 20);
}

function tokens(): string[] {
	const sent = setting.emulator.requests.map(({ headers }) => headers.authorization?.replace(/^Bearer /, ''));
	return [...new Set(sent)].filter((token): token is string => token !== undefined);
}

/** What a run stored, apart from the field that is there for the link. */
function stored(ran: NodeRun): string {
	const withoutLinks = JSON.stringify(ran.run, (key, value: unknown) => (key === 'downloadLink' ? 'LINK' : value));
	return withoutLinks + inspect(ran.error, { depth: null, showHidden: true, maxStringLength: null });
}

function filesBelow(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1') + entry.parentPath + entry.name);
}

it('has something to find', () => {
	expect(signatures().length).toBeGreaterThan(10);
	expect(tokens().length).toBeGreaterThan(0);
	expect(left.filter(([, { error }]) => error).length).toBeGreaterThan(5);
});

it('sends the token to the API alone', () => {
	for (const { half, headers } of setting.emulator.requests) {
		if (half === 'api') expect(headers.authorization).toMatch(/^Bearer /);
		else expect(headers.authorization).toBeUndefined();
	}
	for (const { half, url, body, headers } of setting.emulator.requests) {
		const elsewhere = url + body + (half === 'api' ? '' : JSON.stringify(headers));
		for (const token of tokens()) expect(elsewhere).not.toContain(token);
	}
});

it('sends the signature to the storage alone', () => {
	for (const { half, url, body, headers } of setting.emulator.requests) {
		if (half === 'storage') continue;
		for (const sig of signatures()) expect(url + body + JSON.stringify(headers)).not.toContain(sig);
	}
});

it('sends the client secret to the token endpoint alone', () => {
	for (const { operation, url, body, headers } of setting.emulator.requests) {
		if (operation === 'token') continue;
		expect(url + body + JSON.stringify(headers)).not.toContain(setting.emulator.app.clientSecret);
	}
});

it('stores none of them but the link, in downloadLink', () => {
	const { clientSecret } = setting.emulator.app;
	const secrets = [...signatures(), ...tokens(), clientSecret, WRONG];
	for (const [name, ran] of left) {
		const text = stored(ran);
		const found = secrets.filter((secret) => text.includes(secret));
		expect([name, found]).toEqual([name, []]);
	}
});

it('logs none of them', () => {
	const log = inspect(setting.engine.logged, { depth: null, showHidden: true, maxArrayLength: null, maxStringLength: null });
	for (const secret of [...signatures(), ...tokens(), setting.emulator.app.clientSecret]) expect(log).not.toContain(secret);
});

it('leaves none of them on the disk', () => {
	const files = filesBelow(userFolder);
	expect(files.length).toBeGreaterThan(0);
	for (const file of files) {
		for (const secret of [...signatures(), ...tokens(), setting.emulator.app.clientSecret]) expect(file).not.toContain(secret);
	}
});
