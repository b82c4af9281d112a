import { createHash } from 'node:crypto';
import { refusal } from '../advice/refusal';
import type { Answer } from '../calls';
import { CouldNotRun, NotAsked } from '../notAsked';
import type { Asker, Observation } from '../observation';
import { LIBRARY, textOf } from '../observations/entities';
import { library } from '../observations/library';
import { DATA_FILE, ownFiles } from './ownFiles';

const DESCRIPTION = 'n8n tenant check: deleted again when the check has ended';

export function sha256(content: Buffer): string {
	return createHash('sha256').update(content).digest('hex');
}

/** The device and what is made on it; only asked for by observations that act. */
export function ownOf(asker: Asker) {
	if (!asker.own) throw new NotAsked('only asked with --run');
	return { ...asker.own, files: ownFiles(asker.own.device) };
}

/** A file as the library wants it: `file` in small letters, as the documented curl line and all clients have it. */
async function upload(asker: Asker, name: string, content: Buffer, fields: Record<string, string>): Promise<Answer> {
	const form = new FormData();
	form.set('file', new Blob([new Uint8Array(content)], { type: 'application/octet-stream' }), name);
	for (const [field, value] of Object.entries({ Description: DESCRIPTION, ...fields })) form.set(field, value);
	const encoded = new Response(form);
	const body = Buffer.from(await encoded.arrayBuffer());
	return await asker.api('POST', '/libraryfiles', 'uploading a library file', {
		form: { body, contentType: encoded.headers.get('content-type') ?? '' },
	});
}

/** Checks before it uploads, so that another user's file is not replaced: a file with the same name must have our own bytes. */
async function mustBeFree(asker: Asker, name: string, content: Buffer): Promise<void> {
	const { entities } = await asker.see(library);
	const there = entities.find((entity) => textOf(entity, 'fileName')?.toLowerCase() === name);
	if (there && textOf(there, 'sha256')?.toLowerCase() !== sha256(content)) {
		throw new CouldNotRun(
			`The library has another file named ${name}`,
			'Rename or delete it: this check uses the name for its own file, and does not replace it.',
		);
	}
}

/** The script, uploaded as a new file. One that an earlier check left is deleted first. */
export const uploaded: Observation<Answer> = {
	asks: '`POST libraryfiles` without `OverrideIfExists`, for a name that is free',
	acts: true,
	async make(asker) {
		const { undo, files } = ownOf(asker);
		await mustBeFree(asker, files.scriptName, files.script);
		await mustBeFree(asker, DATA_FILE.name, Buffer.from(DATA_FILE.content));
		const { entities } = await asker.see(library);
		if (entities.some((entity) => textOf(entity, 'fileName')?.toLowerCase() === files.scriptName)) {
			await asker.api('DELETE', `/libraryfiles/${files.scriptName}`, 'deleting what an earlier check left');
		}
		undo.addFile(files.scriptName);
		const answer = await upload(asker, files.scriptName, files.script, {
			HasParameters: 'true',
			ParametersDescription: 'Step, Word, Number',
		});
		if (answer.status >= 300) throw new NotAsked(`the script could not be uploaded: ${refusal(answer, LIBRARY, asker.token.permissions)}`);
		return answer;
	},
};

/** The same once more. */
export const uploadedAgain: Observation<Answer> = {
	asks: '`POST libraryfiles` without `OverrideIfExists`, for a name that is taken',
	acts: true,
	async make(asker) {
		await asker.see(uploaded);
		const { files } = ownOf(asker);
		return await upload(asker, files.scriptName, files.script, {});
	},
};

/** The file for PutFile, replacing what an earlier check may have left. */
export const dataUploaded: Observation<Answer> = {
	asks: '`POST libraryfiles` with `OverrideIfExists`',
	acts: true,
	async make(asker) {
		const { undo } = ownOf(asker);
		await asker.see(uploaded);
		undo.addFile(DATA_FILE.name);
		const answer = await upload(asker, DATA_FILE.name, Buffer.from(DATA_FILE.content), { OverrideIfExists: 'true' });
		if (answer.status >= 300)
			throw new NotAsked(`the file for PutFile could not be uploaded: ${refusal(answer, LIBRARY, asker.token.permissions)}`);
		return answer;
	},
};

export const deleted: Observation<Answer> = {
	asks: '`DELETE libraryfiles/{fileName}`',
	acts: true,
	async make(asker) {
		const { undo, files } = ownOf(asker);
		await asker.see(uploaded);
		const answer = await asker.api('DELETE', `/libraryfiles/${files.scriptName}`, 'deleting the script from the library');
		if (answer.status < 300) undo.removeFile(files.scriptName);
		return answer;
	},
};

export const deletedAgain: Observation<Answer> = {
	asks: '`DELETE libraryfiles/{fileName}` once more',
	acts: true,
	async make(asker) {
		await asker.see(deleted);
		return await asker.api('DELETE', `/libraryfiles/${ownOf(asker).files.scriptName}`, 'deleting the script once more');
	},
};
