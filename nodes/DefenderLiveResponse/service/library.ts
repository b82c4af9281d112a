import { CALLS } from './calls';
import { listEntities } from './collection';
import { unexpectedResponse } from './errors';
import { callApi } from './request';
import type { Session } from './session';

/** The largest file that the API takes, in bytes. Source: Microsoft's page of the call. */
export const MAX_LIBRARY_FILE = 20 * 1024 * 1024;

/** A file of the live response library, as the service describes it. */
export interface LibraryFile {
	fileName: string;
	[field: string]: unknown;
}

function isLibraryFile(value: unknown): value is LibraryFile {
	return typeof (value as LibraryFile | null)?.fileName === 'string';
}

/**
 * All files of the library as the service sent them; this collection has neither pages nor filters.
 * Source: `GET /api/libraryfiles`.
 *
 * @param most how many to give
 * @throws DefenderError, Cancelled
 */
export async function listLibraryEntities(session: Session, most: number): Promise<unknown[]> {
	const collection = { kind: CALLS.readLibrary, path: '/libraryfiles', search: '' };
	return await listEntities(session, collection, most);
}

/** The same, as far as they can be read. */
export async function listLibraryFiles(session: Session, most: number): Promise<LibraryFile[]> {
	return (await listLibraryEntities(session, most)).filter(isLibraryFile);
}

/** A file for the library. */
export interface LibraryUpload {
	fileName: string;
	content: Buffer;
	description: string;
	/** The script's parameters; undefined if it does not accept any. */
	parametersDescription?: string;
	hasParameters: boolean;
	/** Whether a file of this name is replaced. */
	replaces: boolean;
}

/**
 * Puts a file into the library.
 * Source: `POST /api/libraryfiles` (multipart/form-data).
 *
 * @returns the file's entity
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
	const isOwn = isLibraryFile(entity) && entity.fileName.toLowerCase() === file.fileName.toLowerCase();
	if (!isOwn) throw unexpectedResponse('library file', 'maybe');
	return entity;
}

/**
 * Takes a file out of the library.
 * Source: `DELETE /api/libraryfiles/{fileName}`.
 *
 * @throws DefenderError, also when there is no such file; Cancelled
 */
export async function deleteLibraryFile(session: Session, fileName: string): Promise<void> {
	const path = `/libraryfiles/${encodeURIComponent(fileName)}`;
	await callApi(session, { kind: CALLS.deleteFile, method: 'DELETE', path });
}
