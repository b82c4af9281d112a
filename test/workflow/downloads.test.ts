/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { gzipSync } from 'node:zlib';
import { endedScript, GET_RESULT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => setting.emulator.reset());

afterAll(async () => await setting.close());

const output = 'line of output\n'.repeat(500);

async function result(id: string, more = {}) {
	const { results, error } = await setting.runNode({ ...GET_RESULT, simplify: false, ...more }, { items: [{ id }] });
	expect(error).toBeUndefined();
	return results[0];
}

it('reads a transcript that the storage compressed on the way', async () => {
	const raw = gzipSync(JSON.stringify({ script_name: 'check.ps1', exit_code: 0, script_output: output, script_errors: '' }));
	const item = await result(endedScript(setting.emulator, { raw, contentEncoding: 'gzip' }));
	expect(item).toMatchObject({ outcome: 'succeeded', script_output: output });
});

describe('what does not arrive is reported by the item', () => {
	it.each([
		['a checksum that stays wrong', { kind: 'wrongMd5' }, 'The result arrived damaged: its checksum does not match'],
		['a storage that stays down', { kind: 'status', status: 503 }, 'The result could not be downloaded. The storage answered 503'],
		[
			'something that answers as the storage never does',
			{ kind: 'status', status: 270, body: '{"value":[]}' },
			'The result could not be downloaded. The storage answered 270',
		],
		[
			'a storage that refuses every link',
			{ kind: 'expired' },
			'The result could not be downloaded. The storage answered 403 (AuthenticationFailed)',
		],
	] as const)('%s', async (_, effect, reason) => {
		const id = endedScript(setting.emulator, { output });
		setting.emulator.fault({ on: 'blob', times: Infinity, effect });
		expect(await result(id)).toMatchObject({ outcome: 'unreadable', exit_code: null, errors: [reason] });
	});

	it('a file that is gone permanently', async () => {
		const id = endedScript(setting.emulator, { output });
		setting.emulator.fault({ on: 'blob', times: Infinity, effect: { kind: 'notFound' } });
		expect(await result(id)).toMatchObject({ outcome: 'noResult', exit_code: null });
	});
});

it('refuses a transcript over the limit', async () => {
	const id = endedScript(setting.emulator, { output: 'x'.repeat(3 * 1024 * 1024) });
	const item = await result(id, { options: { maxDownloadSize: 2 } });
	expect(item).toMatchObject({ outcome: 'unreadable', script_output: null, errors: [expect.stringContaining('larger than 2 MB')] });
});

describe('a link is taken only to', () => {
	afterEach(() => void setting.engine.credentials.stored.set('defender', setting.emulator.credentialData()));

	const SUFFIX = '.blob.core.windows.net';

	it.each([
		['a name that ends as the list says', SUFFIX, 'https://abc.blob.core.windows.net/c/b?sig=x', undefined],
		['a name that is on the list', 'files.example.com', 'https://files.example.com/b?sig=x', undefined],
		['any name that is on the list', 'a.example.com, Files.Example.com', 'https://files.example.com/b?sig=x', undefined],
		['https', SUFFIX, 'http://abc.blob.core.windows.net/c/b?sig=x', 'it is not https'],
		['https, also where the name is on the list', 'files.example.com', 'http://files.example.com/b?sig=x', 'it is not https'],
		['the port of https', SUFFIX, 'https://abc.blob.core.windows.net:8443/c/b?sig=x', 'its port is not that of https'],
		[
			'a whole name',
			SUFFIX,
			'https://evilblob.core.windows.net/c/b?sig=x',
			'its host evilblob.core.windows.net is not a storage host of this cloud',
		],
		['the name itself', 'example.com', 'https://evil-example.com/b?sig=x', 'its host evil-example.com is not a storage host of this cloud'],
		[
			'the name without others before it',
			'example.com',
			'https://evil.example.com/b?sig=x',
			'its host evil.example.com is not a storage host of this cloud',
		],
	])('%s: %s, %s', async (_, downloadHosts, link, refused) => {
		setting.engine.credentials.stored.set('defender', setting.emulator.credentialData({ downloadHosts }));
		const id = endedScript(setting.emulator);
		setting.emulator.fault({ on: 'link', effect: { kind: 'badBody', body: { value: link } } });
		const { results } = await setting.runNode({ ...GET_RESULT, followLink: false }, { items: [{ id }] });
		expect(results[0]).toMatchObject(
			refused ? { outcome: 'unreadable', downloadLink: null } : { outcome: 'unverified', downloadLink: link },
		);
		if (!refused) return;
		setting.emulator.fault({ on: 'link', effect: { kind: 'badBody', body: { value: link } } });
		expect(await result(id)).toMatchObject({ outcome: 'unreadable', errors: [`The result link was not followed: ${refused}`] });
	});
});
