import type { IExecuteFunctions } from 'n8n-workflow';
import { checkFileName } from '../../fields/libraryFile';
import type { Values } from '../../fields/row';
import { choice, fieldsOf, flag, orSwitch, text } from '../../fields/row';
import { DefenderError } from '../../service/errors';
import type { LibraryFile, LibraryUpload } from '../../service/library';
import { hasContent, libraryKey, listLibraryFiles, MAX_LIBRARY_FILE, uploadLibraryFile } from '../../service/library';
import { limiter } from '../../service/limiter';
import type { Session } from '../../service/session';
import { perSignIn } from '../../service/session';
import { entityItems } from '../../host/entityItems';
import { readInputBytes, readInputFile } from '../../host/inputFile';
import type { Operation } from '../operation';
import { forItems } from '../operation';
import { parameterError } from '../../host/parameters';
import { checked, readParameters } from '../../host/readRows';
import { writeOnce } from '../../host/writeOnce';

const overwrite = choice(
	'Overwrite',
	[
		['always', 'Always', 'Replace it'],
		['ifDifferent', 'If Different', 'Replace it unless it has the same content (SHA-256); the item says which'],
		['never', 'Never', 'Refuse to upload the file'],
	],
	'never',
	'What to do when the library has a file of this name',
);

/** A file for the live response library. */
const UPLOAD = {
	binaryPropertyName: text('Input Binary Field', undefined, {
		required: true,
		default: 'data',
		hint: 'The name of the input binary field containing the file to be uploaded',
	}),
	fileName: text('File Name', "The name in the library. If empty, the file's own name is used.", {
		placeholder: 'e.g. check-baseline.ps1',
	}),
	description: text('Description', 'What the file is for, as the library shows it'),
	hasParameters: flag('Has Parameters', false, 'Whether the script accepts parameters'),
	parametersDescription: text('Parameters Description', 'Which parameters the script accepts, as the library shows it', {
		displayOptions: { show: { hasParameters: [true] } },
		placeholder: 'e.g. -Days <number>',
	}),
	overwrite: orSwitch(overwrite, 'always', 'never'),
};

/** An upload without its content, which is read when its turn comes. */
type Planned = Omit<LibraryUpload, 'content' | 'replaces'> & Pick<Values<typeof UPLOAD>, 'binaryPropertyName' | 'overwrite'>;

async function readUpload(context: IExecuteFunctions, itemIndex: number): Promise<Planned> {
	const { fileName, parametersDescription, ...rest } = readParameters(context, UPLOAD, itemIndex);
	const binaryPropertyName = rest.binaryPropertyName || 'data';
	const file = await readInputFile(context, itemIndex, binaryPropertyName);
	if (file.size > MAX_LIBRARY_FILE) {
		const what = `holds a file of ${Math.ceil(file.size / 1024 / 1024)} MB`;
		const advice = 'The live response library accepts files of up to 20 MB over the API.';
		throw parameterError(context, itemIndex, 'Input Binary Field', what, advice);
	}
	return {
		...rest,
		binaryPropertyName,
		fileName: checked(context, itemIndex, 'File Name', () => checkFileName(fileName || (file.fileName ?? ''))),
		parametersDescription: rest.hasParameters ? parametersDescription : undefined,
	};
}

/** The files of a library by name, asked for when first needed: what the service does with a name that is taken is not documented. */
class Library {
	private files: Promise<Map<string, LibraryFile>> | undefined;

	/** Those that this try has uploaded. */
	private readonly uploaded = new Map<string, LibraryFile>();

	constructor(private readonly session: Session) {}

	/** @param again whether the list is fetched again, since it may have changed */
	async find(fileName: string, again = false): Promise<LibraryFile | undefined> {
		const name = libraryKey(fileName);
		if (again) this.files = undefined;
		else if (this.uploaded.has(name)) return this.uploaded.get(name);
		this.files ??= listLibraryFiles(this.session).then((files) => new Map(files.map((file) => [libraryKey(file.fileName), file])));
		return (await this.files).get(name);
	}

	add(file: LibraryFile): void {
		this.uploaded.set(libraryKey(file.fileName), file);
	}
}

/**
 * Uploads a file as far as the user wants it to replace another.
 *
 * @throws DefenderError, also when there is a file of this name that must not be replaced
 */
async function uploadAsRequested(
	session: Session,
	library: Library,
	{ overwrite, ...file }: Omit<Planned, 'binaryPropertyName'> & Pick<LibraryUpload, 'content'>,
	wasSent: boolean,
): Promise<LibraryFile> {
	const old = overwrite === 'always' && !wasSent ? undefined : await library.find(file.fileName, wasSent);
	const isSame = old !== undefined && hasContent(old, file.content);
	const conditional = (entity: LibraryFile, unchanged: boolean) => (overwrite === 'ifDifferent' ? { ...entity, unchanged } : entity);
	if (isSame && (wasSent || overwrite === 'ifDifferent')) return conditional(old, !wasSent);
	if (old && overwrite === 'never') {
		throw new DefenderError(
			`The library already has a file named "${file.fileName}"`,
			'Set Overwrite to If Different or Always to replace it, or choose another name.',
			{ reason: 'taken' },
		);
	}
	return conditional(await uploadLibraryFile(session, { ...file, replaces: overwrite !== 'never' }), false);
}

export const upload: Operation = {
	resource: 'libraryFile',
	value: 'upload',
	name: 'Upload',
	description: 'Add a script or file to the library',
	toolDescription:
		'Upload a file of an item, 20 MB at most, to the live response library, from where it can be run or put on devices. Changes the tenant, takes seconds.',
	action: 'Upload file to library',
	fields: fieldsOf(UPLOAD),
	execute: forItems((context) => {
		// One at a time, so that one file is in memory.
		const oneByOne = limiter(1);
		const libraryOf = perSignIn((session) => new Library(session));
		return {
			writes: true,
			read: async (itemIndex) => await readUpload(context, itemIndex),
			async work(session, job, itemIndex) {
				const library = libraryOf(session);
				return await oneByOne(async () => {
					const content = await readInputBytes(context, itemIndex, job.binaryPropertyName);
					const send = async (wasSent: boolean) => await uploadAsRequested(session, library, { ...job, content }, wasSent);
					session.delivery.name = `upload of library file "${job.fileName}"`;
					const { done } = await writeOnce(context, session, itemIndex, {
						request: job,
						subject: job.fileName,
						send: async () => await send(false),
						recover: async () => await send(true),
					});
					if (done.unchanged === true) session.delivery.sent = 'no';
					library.add(done);
					return entityItems([done], itemIndex);
				});
			},
		};
	}),
};
