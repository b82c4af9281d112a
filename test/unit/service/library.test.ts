import {
	deleteLibraryFile,
	MAX_LIBRARY_FILE,
	listLibraryFiles,
	uploadLibraryFile,
} from '../../../nodes/DefenderLiveResponse/service/library';
import { fakeSession, refused } from './fakeSession';

const FILE = { fileName: 'check.ps1', content: Buffer.from('exit 0'), description: '', hasParameters: false, replaces: false };

it('takes 20 MB, as Microsoft says', () => {
	expect(MAX_LIBRARY_FILE).toBe(20_971_520);
});

it('lists its files without pages and filters, and leaves out what is none', async () => {
	const { session, calls } = fakeSession(() => ({
		value: [{ fileName: 'a.ps1', sha256: 'x' }, null, {}, { fileName: 5 }, { fileName: 'b.ps1' }, { fileName: 'c.ps1' }],
	}));
	expect(await listLibraryFiles(session)).toEqual([{ fileName: 'a.ps1', sha256: 'x' }, { fileName: 'b.ps1' }, { fileName: 'c.ps1' }]);
	expect(calls.map(({ method, path }) => [method, path])).toEqual([['GET', '/libraryfiles']]);
});

describe('an upload', () => {
	async function upload(more: object, answer: unknown = { fileName: 'check.ps1' }) {
		const { session, calls } = fakeSession(() => answer);
		const entity = await uploadLibraryFile(session, { ...FILE, ...more });
		expect(calls).toMatchObject([{ method: 'POST', path: '/libraryfiles' }]);
		return { entity, form: calls[0].body as FormData };
	}
	const fieldsOf = (form: FormData) => Object.fromEntries([...form].filter(([name]) => name !== 'file'));

	it('sends the file under its name, and what is known of it', async () => {
		const { form, entity } = await upload({ description: 'Checks', hasParameters: true, parametersDescription: '-Days', replaces: true });
		const file = form.get('file') as File;
		expect([file.name, Buffer.from(await file.arrayBuffer()).toString()]).toEqual(['check.ps1', 'exit 0']);
		expect(fieldsOf(form)).toEqual({
			Description: 'Checks',
			HasParameters: 'true',
			ParametersDescription: '-Days',
			OverrideIfExists: 'true',
		});
		expect(entity).toEqual({ fileName: 'check.ps1' });
	});

	it('says nothing where there is nothing to say', async () => {
		expect(fieldsOf((await upload({})).form)).toEqual({ HasParameters: 'false', OverrideIfExists: 'false' });
	});

	it('that was answered with something else is reported', async () => {
		await expect(upload({}, { ok: true })).rejects.toThrow('Defender answered with something that is not a valid library file');
		await expect(upload({}, null)).rejects.toThrow('Defender answered with something that is not a valid library file');
	});

	it('is sent again where its answer was lost and it replaces what it sent before, and else is not', async () => {
		for (const [overwrite, times] of [
			[true, 8],
			[false, 1],
		] as const) {
			const { session, calls } = fakeSession(() => {
				throw refused(502);
			});
			await expect(uploadLibraryFile(session, { ...FILE, replaces: overwrite })).rejects.toThrow('upload the file');
			expect(calls).toHaveLength(times);
		}
	});
});

it('a file is deleted by its name, whatever it is', async () => {
	const { session, calls } = fakeSession(() => '');
	await deleteLibraryFile(session, "a b/..'.ps1");
	expect(calls.map(({ method, url }) => [method, url])).toEqual([
		['DELETE', "https://api.security.microsoft.com/api/libraryfiles/a%20b%2F..'.ps1"],
	]);
});
