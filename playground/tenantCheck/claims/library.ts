import { deleted, deletedAgain, dataUploaded, sha256, uploaded, uploadedAgain } from '../acting/library';
import { DATA_FILE } from '../acting/ownFiles';
import { claim, verdict } from '../claim';
import { isEntity, textOf } from '../observations/entities';
import { library } from '../observations/library';
import { say } from '../say';
import { answered, hasKeys, onlyDates, refusedWith, some } from './judging';

const KEYS = ['fileName', 'sha256', 'description', 'creationTime', 'lastUpdatedTime', 'createdBy', 'hasParameters'];
const EMPTY = 'the library is empty';

export const LIBRARY_CLAIMS = [
	claim({
		id: 'library.keys',
		claim: `A library file has ${KEYS.map((key) => `\`${key}\``).join(', ')}.`,
		source: 'documented',
		affects: 'pickers of scripts and files; what upload and Get Many give',
		ifNot: 'Items lack what is missing; without `fileName` nothing can be picked.',
		emulator: 'library.ts',
		from: [library],
		judge: ({ entities }) => hasKeys(some(entities, EMPTY), KEYS),
	}),
	claim({
		id: 'library.sha256',
		claim: '`sha256` has 64 hexadecimal digits in small letters.',
		source: 'inferred from samples',
		affects: 'Overwrite *If Different* compares it with the file',
		ifNot: 'Unchanged files are uploaded again, or changed ones are not.',
		emulator: 'library.ts',
		from: [library],
		judge({ entities }) {
			const values = some(entities, EMPTY).map((entity) => entity.sha256);
			const odd = values.filter((value) => !/^[\da-f]{64}$/.test(String(value)));
			return verdict(odd.length === 0, say`${values.length - odd.length} of ${values.length}`);
		},
	}),
	claim({
		id: 'library.dates',
		claim: '`creationTime` and `lastUpdatedTime` are UTC, with at most seven digits after the second.',
		source: 'documented sample',
		affects: 'items of the library; nothing is computed from them',
		ifNot: 'The items have dates in another form.',
		emulator: 'library.ts',
		from: [library],
		judge: ({ entities }) =>
			onlyDates(some(entities, EMPTY).flatMap(({ creationTime, lastUpdatedTime }) => [creationTime, lastUpdatedTime])),
	}),
	claim({
		id: 'library.one-page',
		claim: 'The library comes in one page, without `@odata.nextLink`.',
		source: 'documented without paging',
		affects: 'whether a script that is not listed does not exist',
		ifNot: 'Pickers and the check before a run see only the first page.',
		emulator: 'libraryApi.ts',
		from: [library],
		judge: ({ keys }) =>
			verdict(!keys.includes('@odata.nextLink'), keys.includes('@odata.nextLink') ? say`there is a next page` : say`one page`),
	}),
	claim({
		id: 'library.upload',
		claim: 'An upload with the field `file`, without `OverrideIfExists`, is answered 200 with the file.',
		source: "the documented curl line; the page's table writes `File`; one client also accepts 201",
		affects: 'Upload',
		ifNot: 'Any 2xx with the file is read alike.',
		emulator: 'libraryApi.ts',
		from: [uploaded],
		judge: (answer) =>
			verdict(answer.status === 200 && isEntity(answer.json) && textOf(answer.json, 'fileName') !== undefined, answered(answer)),
	}),
	claim({
		id: 'library.upload-taken',
		claim: 'An upload for a name that is taken, without `OverrideIfExists`, is refused with 400.',
		source: 'unknown: 400 is our assumption',
		affects: 'Overwrite *Never*',
		ifNot:
			'With 200 the library overwrites silently: *Never* then relies on the check of the list before the upload. Another 4xx is read alike.',
		emulator: 'settings.overwritesSilently',
		from: [uploadedAgain],
		judge: (answer) => refusedWith(answer, 400),
	}),
	claim({
		id: 'library.overwrite',
		claim: 'With `OverrideIfExists` set to `true` the answer has the SHA-256 of the bytes that were sent.',
		source: 'inferred: every client sends it',
		affects: 'Overwrite *If Different* and *Always*; `unchanged`',
		ifNot: 'Whether a file differs cannot be seen from the library.',
		emulator: 'libraryApi.ts',
		from: [dataUploaded],
		judge({ status, json }) {
			const hash = isEntity(json) ? textOf(json, 'sha256')?.toLowerCase() : undefined;
			const right = hash === sha256(Buffer.from(DATA_FILE.content));
			return verdict(
				right,
				right
					? say`status ${status}, the hash of the file`
					: hash === undefined
						? say`status ${status}, no hash`
						: say`status ${status}, another hash`,
			);
		},
	}),
	claim({
		id: 'library.delete',
		claim: 'Deleting a file is answered 204 without a body.',
		source: 'documented',
		affects: 'Delete',
		ifNot: 'Any 2xx is read alike.',
		emulator: 'libraryApi.ts',
		from: [deleted],
		judge: (answer) =>
			verdict(answer.status === 204 && answer.body.length === 0, say`status ${answer.status}, ${answer.body.length} bytes`),
	}),
	claim({
		id: 'library.delete-again',
		claim: 'Deleting a file that is not there is answered 404.',
		source: 'documented',
		affects: 'the text about an unknown file; a second try of a delete',
		ifNot: 'A delete that is tried again ends in another error text.',
		emulator: 'libraryApi.ts',
		from: [deletedAgain],
		judge: (answer) => refusedWith(answer, 404),
	}),
];
