import type { ApiCall } from './apiCall';
import { METADATA, apiError, invalidBody, jsonReply, textReply, type Reply } from './reply';

const MAX_FILE = 20 * 1024 * 1024;

/** GET libraryfiles: all of them, no paging or filter is documented. */
export function listFiles({ context }: ApiCall): Reply {
	return jsonReply(200, {
		'@odata.context': `${METADATA}#LibraryFiles`,
		value: [...context.tenant.library.values()].map(({ entity }) => entity),
	});
}

/** POST libraryfiles as multipart/form-data. */
export async function uploadFile({ headers, body, token, context }: ApiCall): Promise<Reply> {
	let form: FormData;
	try {
		form = await new Response(new Uint8Array(body), { headers: { 'Content-Type': headers['content-type'] ?? '' } }).formData();
	} catch {
		return invalidBody();
	}
	// The field is `file` in the curl sample and in all clients; the table writes `File`.
	const file = form.get('file') ?? form.get('File');
	if (file === null || typeof file === 'string') return invalidBody();
	// The portal allows letters, digits and -_. only, yet "hello copy.sh" got into a library (KIBANA 225057): only invalid file names are refused.
	if (/^\.{0,2}$|[/\\\p{Cc}]/u.test(file.name)) return apiError(400, 'InvalidInput', `Invalid input file name ${file.name}`);
	// 20 MB is documented; what a larger file is answered is a guess.
	if (file.size > MAX_FILE) return apiError(400, 'InvalidInput', 'Invalid input: the file is larger than 20 MB');
	const text = (name: string) => {
		const value = form.get(name);
		return typeof value === 'string' && value !== '' ? value : undefined;
	};
	// The answer for a name that exists is unknown without OverrideIfExists; 400 is the guess, a setting has the other one.
	if (!context.settings.overwritesSilently && context.tenant.library.has(file.name) && text('OverrideIfExists')?.toLowerCase() !== 'true') {
		return apiError(400, 'BadRequest', `File ${file.name} already exists`);
	}
	const entity = context.tenant.addLibraryFile({
		fileName: file.name,
		content: Buffer.from(await file.arrayBuffer()),
		description: text('Description') ?? null,
		hasParameters: text('HasParameters')?.toLowerCase() === 'true',
		parametersDescription: text('ParametersDescription') ?? null,
		createdBy: token.upn ?? token.appid,
	});
	return jsonReply(200, { '@odata.context': `${METADATA}#LibraryFiles/$entity`, ...entity });
}

/** DELETE libraryfiles/{fileName}. */
export function deleteFile({ params, context }: ApiCall): Reply {
	const gone = context.tenant.library.delete(params.fileName!);
	return gone ? textReply(204, '', '') : apiError(404, 'ResourceNotFound', `File ${params.fileName} was not found`);
}
