import {
	deleteLibraryFile,
	hasContent,
	MAX_LIBRARY_FILE,
	listLibraryFiles,
	listWholeLibrary,
	uploadLibraryFile,
} from '../../../nodes/DefenderLiveResponse/service/library';
import { sha256Of } from '../download/fakeStorage';
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

	it.each<[string, object]>([
		['another name', { fileName: 'other.ps1' }],
		['another content', { fileName: 'check.ps1', sha256: 'a'.repeat(64) }],
	])('that was answered with a file of %s is reported', async (_, answer) => {
		await expect(upload({}, answer)).rejects.toMatchObject({ sent: 'maybe' });
	});

	it.each([sha256Of(FILE.content), 'x', `a${'0'.repeat(64)}`, `${'0'.repeat(64)}a`, null])(
		'that was answered with the digest %j is believed',
		async (sha256) => {
			const answer = { fileName: 'CHECK.PS1', sha256 };
			expect((await upload({}, answer)).entity).toEqual(answer);
		},
	);

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

describe('a deletion that the answer does not confirm', () => {
	/** Answers the deletion with 200, then each list with the next of these. */
	function unconfirmed(...lists: unknown[]) {
		let lost = 0;
		return fakeSession(({ method }) => {
			if (method === 'DELETE') return { ok: true };
			const list = lists[lost++];
			if (list instanceof Error) throw list;
			return { value: list };
		});
	}

	it.each<[string, unknown[]]>([
		['without the file', [{ fileName: 'b.ps1' }]],
		['without any file', []],
	])('is believed where the library is listed %s', async (_, list) => {
		const { session, calls } = unconfirmed(list);
		await deleteLibraryFile(session, 'a.ps1');
		expect(calls.map(({ method }) => method)).toEqual(['DELETE', 'GET']);
	});

	it.each<[string, unknown]>([
		['lists the file', [{ fileName: 'b.ps1' }, { fileName: 'A.PS1' }]],
		['lists the file alone', [{ fileName: 'a.ps1' }]],
		['has an entry that cannot be read, since it may be the file', [{ fileName: 'b.ps1' }, { name: 'a.ps1' }]],
		['cannot be listed', refused(401)],
	])('is not believed where the library %s', async (_, list) => {
		await expect(deleteLibraryFile(unconfirmed(list).session, 'a.ps1')).rejects.toMatchObject({
			message: 'Defender answered with something that is not a valid confirmation of the deletion',
			sent: 'maybe',
		});
	});

	it('is not one that was refused', async () => {
		const { session, calls } = fakeSession(() => {
			throw refused(404);
		});
		await expect(deleteLibraryFile(session, 'a.ps1')).rejects.toMatchObject({ status: 404 });
		expect(calls).toHaveLength(1);
	});
});

describe('the names of the whole library', () => {
	it.each<[string, unknown[], string[] | undefined]>([
		['all of its files', [{ fileName: 'a.ps1' }, { fileName: 'b.ps1', sha256: 'x' }], ['a.ps1', 'b.ps1']],
		['one file', [{ fileName: 'a.ps1' }], ['a.ps1']],
		['no file, since the list may lack some', [], undefined],
		['an entry that cannot be read, since it may be any file', [{ fileName: 'a.ps1' }, { name: 'b.ps1' }], undefined],
		['only such entries', [null], undefined],
	])('of a list with %s', async (_, value, expected) => {
		const { session, calls } = fakeSession(() => ({ value }));
		expect(await listWholeLibrary(session)).toEqual(expected);
		expect(calls.map(({ path }) => path)).toEqual(['/libraryfiles']);
	});

	it('are asked for once', async () => {
		const { session, calls } = fakeSession(() => {
			throw refused(503);
		});
		await expect(listWholeLibrary(session)).rejects.toMatchObject({ status: 503 });
		expect(calls).toHaveLength(1);
	});
});

it('a file of the library has a content by its digest, in upper or lower case', () => {
	const sha256 = sha256Of(FILE.content);
	for (const each of [sha256, sha256.toUpperCase()]) expect(hasContent({ fileName: 'a.ps1', sha256: each }, FILE.content)).toBe(true);
	expect(hasContent({ fileName: 'a.ps1', sha256 }, Buffer.from('exit 1'))).toBe(false);
	for (const none of [undefined, null, '', 5]) expect(hasContent({ fileName: 'a.ps1', sha256: none }, FILE.content)).toBe(false);
});
