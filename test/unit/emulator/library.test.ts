import type { Emulator } from '../../../playground/emulator';
import { apiClient, requestToken, startWithClock, type FakeClock } from './client';

let emulator: Emulator;
let clock: FakeClock;
let call: ReturnType<typeof apiClient>;
beforeAll(async () => {
	({ emulator, clock } = await startWithClock());
});
beforeEach(() => {
	emulator.reset();
	call = apiClient(emulator);
});
afterAll(() => emulator.close());

async function upload(content: string | Uint8Array<ArrayBuffer>, more: Record<string, string> = {}, fileName = 'new-script.ps1') {
	const { access_token } = (await requestToken(emulator)).body;
	const form = new FormData();
	form.set('file', new Blob([content]), fileName);
	for (const [name, value] of Object.entries(more)) form.set(name, value);
	const response = await fetch(`${emulator.apiUrl}/api/libraryfiles`, {
		method: 'POST',
		body: form,
		headers: { Authorization: `Bearer ${access_token}` },
	});
	return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('upload, replace, list, delete', async () => {
	const first = await upload('Write-Output 1', { Description: 'first', HasParameters: 'true', ParametersDescription: '-x' });
	expect(first).toMatchObject({
		status: 200,
		body: {
			fileName: 'new-script.ps1',
			description: 'first',
			hasParameters: true,
			parametersDescription: '-x',
			sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
		},
	});
	expect((await upload('2', { OverrideIfExists: 'false' })).status).toBe(400);
	expect(emulator.libraryFile('new-script.ps1')!.content.toString()).toBe('Write-Output 1');
	clock.advance(1000);
	const second = (await upload('3', { OverrideIfExists: 'true' })).body;
	expect([second.description, second.creationTime, second.lastUpdatedTime === second.creationTime]).toEqual([
		null,
		first.body.creationTime,
		false,
	]);
	expect((await call('GET', '/libraryfiles')).body.value).toMatchObject([{ fileName: 'new-script.ps1' }]);
	expect((await call('DELETE', '/libraryfiles/new-script.ps1')).status).toBe(204);
	expect(await call('DELETE', '/libraryfiles/new-script.ps1')).toMatchObject({
		status: 404,
		body: { error: { code: 'ResourceNotFound' } },
	});
	expect((await call('POST', '/libraryfiles', {})).status).toBe(400);
});

test('every byte of an upload is kept', async () => {
	const bytes = Uint8Array.from({ length: 512 }, (_, i) => i % 256);
	const { body } = await upload(bytes, {}, 'tool.exe');
	const file = emulator.libraryFile('tool.exe')!;
	expect(file.content.equals(bytes)).toBe(true);
	expect(file.entity.sha256).toBe(body.sha256);
	expect(emulator.libraryFile('other.exe')).toBeUndefined();
});

test('a setting lets an upload replace a file without asking for it', async () => {
	emulator.settings.overwritesSilently = true;
	await upload('1');
	expect((await upload('2')).status).toBe(200);
	expect(emulator.libraryFile('new-script.ps1')!.content.toString()).toBe('2');
});

test.each(['hello copy.sh', 'Prüfung (1).ps1', '.profile', '100%.ps1'])('%s is a file name', async (name) => {
	expect(await upload('x', {}, name)).toMatchObject({ status: 200, body: { fileName: name } });
	expect((await call('DELETE', `/libraryfiles/${encodeURIComponent(name)}`)).status).toBe(204);
	expect(emulator.libraryFile(name)).toBeUndefined();
});

test.each(['a/b.ps1', 'a\\b.ps1', 'a\tb.ps1', '.', '..', ''])('%j is none', async (name) => {
	expect((await upload('x', {}, name)).status).toBe(400);
	expect((await call('GET', '/libraryfiles')).body.value).toEqual([]);
});

test('20 MB is the largest file', async () => {
	const bytes = new Uint8Array(20 * 1024 * 1024 + 1);
	expect((await upload(bytes)).status).toBe(400);
	expect((await upload(bytes.subarray(1))).status).toBe(200);
});
