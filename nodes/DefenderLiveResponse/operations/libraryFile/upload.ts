import { createHash } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { fieldsOf } from '../../fields/row';
import { DefenderError } from '../../service/errors';
import type { LibraryFile, LibraryUpload } from '../../service/library';
import { MAX_LIBRARY_FILE, listLibraryFiles, uploadLibraryFile } from '../../service/library';
import { limiter } from '../../service/limiter';
import type { Session } from '../../service/session';
import { bySignIn } from '../../service/session';
import { words } from '../../service/words';
import { forEachItem } from '../../host/eachItem';
import { entityItems, ONE_OUTPUT } from '../../host/entityItems';
import type { Operation } from '../operation';
import { parameterError } from '../../host/parameters';
import { readParameters } from '../../host/readRows';
import { writeOnce } from '../../host/writeOnce';
import { checkFileName } from './fileName';
import { UPLOAD } from './uploadFields';

/** An upload without its content, which is read when its turn comes. */
type Planned = Omit<LibraryUpload, 'content'> & { binaryPropertyName: string };

/** Size in bytes of a file that an item has; n8n keeps it in memory as Base64, or elsewhere under an id. */
async function sizeOf(context: IExecuteFunctions, { id, data }: { id?: string; data: string }): Promise<number> {
	return id ? (await context.helpers.getBinaryMetadata(id)).fileSize : Buffer.from(data, 'base64').length;
}

async function readUpload(context: IExecuteFunctions, itemIndex: number): Promise<Planned> {
	const { fileName, parametersDescription, ...asked } = readParameters(context, UPLOAD, itemIndex);
	const binaryPropertyName = asked.binaryPropertyName || 'data';
	const binary = context.helpers.assertBinaryData(itemIndex, binaryPropertyName);
	const size = await sizeOf(context, binary);
	if (size > MAX_LIBRARY_FILE) {
		throw parameterError(
			context,
			itemIndex,
			'Input Binary Field',
			`holds a file of ${Math.ceil(size / 1024 / 1024)} MB`,
			'The live response library takes files of up to 20 MB over the API.',
		);
	}
	return {
		...asked,
		binaryPropertyName,
		fileName: checkFileName(context, fileName || (binary.fileName ?? ''), itemIndex, 'File Name'),
		parametersDescription: asked.hasParameters ? parametersDescription : undefined,
	};
}

/** The file of the library that an upload whose answer was lost has become; undefined where it has not. */
async function findUploaded(session: Session, { fileName, content }: LibraryUpload): Promise<LibraryFile | undefined> {
	const sha256 = createHash('sha256').update(content).digest('hex');
	const files = await listLibraryFiles(session, Infinity);
	return files.find((file) => file.fileName.toLowerCase() === fileName.toLowerCase() && words(file.sha256).toLowerCase() === sha256);
}

/** The names in the library, asked for when first needed: what the service does with one that is taken is not documented. */
class TakenNames {
	private names: Promise<Set<string>> | undefined;

	/** Those that this try has added. */
	private readonly added = new Set<string>();

	constructor(private readonly session: Session) {}

	/** @throws DefenderError when there is a file of this name */
	async refuse(fileName: string): Promise<void> {
		const name = fileName.toLowerCase();
		if (!this.added.has(name) && !(await this.all()).has(name)) return;
		throw new DefenderError(
			`The library already has a file named "${fileName}"`,
			'Switch on Overwrite to replace it, or choose another name.',
			undefined,
			'',
			'no',
			'taken',
		);
	}

	add(fileName: string): void {
		this.added.add(fileName.toLowerCase());
	}

	private async all(): Promise<Set<string>> {
		this.names ??= listLibraryFiles(this.session, Infinity).then((files) => new Set(files.map((file) => file.fileName.toLowerCase())));
		return await this.names;
	}
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
	async execute(context) {
		return await forEachItem(context, ONE_OUTPUT, () => {
			// One at a time, so that one file is in memory.
			const oneByOne = limiter(1);
			const namesIn = bySignIn((session) => new TakenNames(session));
			return {
				read: async (itemIndex) => await readUpload(context, itemIndex),
				async work(session, { binaryPropertyName, ...file }, itemIndex) {
					const names = namesIn(session);
					return await oneByOne(async () => {
						const content = await context.helpers.getBinaryDataBuffer(itemIndex, binaryPropertyName);
						const asked = { ...file, content };
						const send = async () => {
							if (!file.overwrite) await names.refuse(file.fileName);
							return await uploadLibraryFile(session, asked);
						};
						session.delivery.name = `upload of library file "${file.fileName}"`;
						const { done } = await writeOnce(context, session, itemIndex, {
							asked: { ...file, binaryPropertyName },
							about: file.fileName,
							send,
							settle: async () => (await findUploaded(session, asked)) ?? (await send()),
						});
						names.add(file.fileName);
						return entityItems([done], itemIndex);
					});
				},
			};
		});
	},
};
