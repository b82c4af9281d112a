import { CALLS } from './calls';
import { listEntities } from './collection';
import { sha256 } from './digest';
import { refusal, unexpectedResponse } from './errors';
import type { Reading } from './request';
import { callApi } from './request';
import type { Session } from './session';
import { textOrEmpty } from './textOrEmpty';

const LIBRARY = { kind: CALLS.readLibrary, path: '/libraryfiles', search: '' };

const SHA256 = /^[0-9a-f]{64}$/i;

/** The largest file that the API takes, in bytes. Source: Microsoft's page of the call. */
export const MAX_LIBRARY_FILE = 20 * 1024 * 1024;

/** A file of the live response library, as the service describes it. */
export interface LibraryFile {
	fileName: string;
	[field: string]: unknown;
}

/** A name as names of the library are compared: its case is ignored, and accents may come back in another form. */
export function libraryKey(fileName: string): string {
	return fileName.toLowerCase().normalize();
}

function isLibraryFile(value: unknown): value is LibraryFile {
	return typeof (value as LibraryFile | null)?.fileName === 'string';
}

/**
 * All files of the library as the service sent them; this collection has neither pages nor filters.
 * Source: `GET /api/libraryfiles`.
 *
 * @throws DefenderError, Cancelled
 */
export async function listLibraryEntities(session: Session, limit: number): Promise<unknown[]> {
	return await listEntities(session, LIBRARY, limit);
}

/** The same, as far as they can be read. */
export async function listLibraryFiles(session: Session): Promise<LibraryFile[]> {
	return (await listLibraryEntities(session, Infinity)).filter(isLibraryFile);
}

/**
 * The names of all files of the library, asked for once; undefined where the list may lack some: one with entries that
 * cannot be read, or with none at all.
 *
 * @throws DefenderError, Cancelled
 */
export async function listWholeLibrary(session: Session): Promise<string[] | undefined> {
	const entities = await listEntities(session, { ...LIBRARY, once: true }, Infinity);
	const files = entities.filter(isLibraryFile);
	return files.length > 0 && files.length === entities.length ? files.map(({ fileName }) => fileName) : undefined;
}

/** A file for the library. */
export interface LibraryUpload {
	fileName: string;
	content: Buffer;
	description: string;
	/** The script's parameters; undefined if it does not accept any. */
	parametersDescription?: string;
	hasParameters: boolean;
	replaces: boolean;
}

/** Whether a file of the library certainly has a content. */
export function hasContent(file: LibraryFile, content: Buffer): boolean {
	return textOrEmpty(file.sha256).toLowerCase() === sha256(content);
}

/** Whether a file of the library has the name and, where the service gives its digest, the content of an upload. */
function matchesUpload(file: LibraryFile, { fileName, content }: LibraryUpload): boolean {
	const isSame = !SHA256.test(textOrEmpty(file.sha256)) || hasContent(file, content);
	return isSame && libraryKey(file.fileName) === libraryKey(fileName);
}

/**
 * Puts a file into the library.
 * Source: `POST /api/libraryfiles` (multipart/form-data).
 *
 * @throws DefenderError, Cancelled
 */
export async function uploadLibraryFile(session: Session, file: LibraryUpload): Promise<LibraryFile> {
	const form = new FormData();
	// The documentation's table calls the field `File`, its sample and all known clients `file`.
	form.append('file', new Blob([new Uint8Array(file.content)]), file.fileName);
	if (file.description) form.append('Description', file.description);
	form.append('HasParameters', String(file.hasParameters));
	if (file.parametersDescription) form.append('ParametersDescription', file.parametersDescription);
	form.append('OverrideIfExists', String(file.replaces));
	// Sent twice, a file that replaces one is the same; one that does not would be refused by itself.
	const kind = { ...CALLS.uploadFile, repeatable: file.replaces };
	const entity = await callApi(session, { kind, method: 'POST', path: '/libraryfiles', body: form });
	if (!isLibraryFile(entity) || !matchesUpload(entity, file)) throw unexpectedResponse('library file', 'maybe');
	return entity;
}

/** The service confirms a deletion by this status. Anything in between may answer with others. */
const DELETED: Reading<true> = { expected: 'confirmation of the deletion', read: (_, status) => (status === 204 ? true : undefined) };

/**
 * Takes a file out of the library. An answer that does not confirm it is believed only where the library does not list
 * the file any more.
 * Source: `DELETE /api/libraryfiles/{fileName}`.
 *
 * @throws DefenderError, also when there is no such file; Cancelled
 */
export async function deleteLibraryFile(session: Session, fileName: string): Promise<void> {
	const path = `/libraryfiles/${encodeURIComponent(fileName)}`;
	await callApi(session, { kind: CALLS.deleteFile, method: 'DELETE', path }, DELETED).catch(async (error: unknown) => {
		const failed = refusal(error);
		if (failed.failure?.kind !== 'unreadable') throw failed;
		const files = await listLibraryEntities(session, Infinity).catch(refusal);
		// An entry that cannot be read may be the file.
		const mayBeIt = (file: unknown) => !isLibraryFile(file) || libraryKey(file.fileName) === libraryKey(fileName);
		const isGone = Array.isArray(files) && !files.some(mayBeIt);
		if (!isGone) throw unexpectedResponse(DELETED.expected, 'maybe');
	});
}
