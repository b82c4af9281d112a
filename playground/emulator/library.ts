import { createHash } from 'node:crypto';
import { toBuffer, type Bytes, type ScriptBehaviour } from './behaviours';
import { sevenDigits } from './dates';

export interface LibraryFileInput {
	fileName: string;
	content?: Bytes;
	description?: string | null;
	hasParameters?: boolean;
	parametersDescription?: string | null;
	createdBy?: string;
	/** How the script goes on devices that say nothing about it. */
	behaviour?: ScriptBehaviour;
}
export interface LibraryFile {
	/** As the API sends it. */
	entity: Record<string, unknown>;
	content: Buffer;
	behaviour?: ScriptBehaviour;
}

/** A file for the library; `before` is the one of that name which it replaces. */
export function libraryFile(input: LibraryFileInput, before: LibraryFile | undefined, now: number): LibraryFile {
	const at = sevenDigits(now);
	const content = toBuffer(input.content ?? '');
	const entity = {
		fileName: input.fileName,
		sha256: createHash('sha256').update(content).digest('hex'),
		description: input.description ?? null,
		creationTime: before?.entity.creationTime ?? at,
		lastUpdatedTime: at,
		createdBy: input.createdBy ?? 'analyst@contoso.example',
		hasParameters: input.hasParameters ?? false,
		parametersDescription: input.parametersDescription ?? null,
	};
	return { entity, content, behaviour: input.behaviour ?? before?.behaviour };
}
