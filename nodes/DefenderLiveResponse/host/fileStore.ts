import type { IBinaryKeyData, IExecuteFunctions } from 'n8n-workflow';
import type { FileStore } from '../download/collectedFile';
import { DownloadFailed } from '../download/download';

type PrepareBinaryData = IExecuteFunctions['helpers']['prepareBinaryData'];

/** What keeps a collected file: n8n's helper, of an execution or of a trigger's poll. */
export interface BinaryKeeper {
	helpers: { prepareBinaryData: PrepareBinaryData };
}

/**
 * Whether this n8n writes binary data while it comes, as far as is known. It says so in what it has stored: in its other
 * modes (memory, database, S3, Azure) it holds each file whole.
 */
let isStreaming = false;

/** Why n8n did not store a file, by the system's code. n8n's own words name folders of its server. */
const REASONS: Array<[codes: string[], reason: string]> = [
	[['ENOSPC', 'EDQUOT'], "the disk of n8n is full. Ask n8n's administrator to make room"],
	[['EROFS', 'EACCES', 'EPERM'], "n8n may not write to its disk. Ask n8n's administrator to change that"],
	[
		['ERR_STRING_TOO_LONG', 'ERR_BUFFER_TOO_LARGE'],
		"it is too large for n8n's memory. Ask n8n's administrator for the binary data mode filesystem",
	],
];

function whyNotStored(error: unknown): string {
	const { code, name, message } = (error ?? {}) as { code?: unknown; name?: unknown; message?: unknown };
	const known = REASONS.find(([codes]) => codes.some((each) => each === code))?.[1];
	const limit = /max size limit of ([\d.]+) MB/.exec(String(message))?.[1];
	const tooLarge =
		limit &&
		`n8n stores files of up to ${limit} MB in its database. Ask n8n's administrator to raise N8N_BINARY_DATA_DATABASE_MAX_FILE_SIZE, or for another binary data mode`;
	const reason = known ?? tooLarge ?? `n8n's store failed (${String(code ?? name ?? 'unknown')})`;
	return `The file could not be stored: ${reason}`;
}

/** What happens if n8n does not store a file: its result says so, or it is fetched again later. */
export type WhenNotStored = 'say' | 'fetchLater';

/** n8n's store for files of results; what it keeps is then in `binary` under a name. */
export function fileStore(
	{ helpers }: BinaryKeeper,
	binary: IBinaryKeyData,
	propertyName: string,
	whenNotStored: WhenNotStored = 'say',
): FileStore {
	const keep = async (content: unknown, fileName: string, mimeType: string) => {
		const bytes = content as Parameters<PrepareBinaryData>[0];
		const data = await helpers.prepareBinaryData(bytes, fileName, mimeType).catch((error: unknown) => {
			const message = whyNotStored(error);
			throw whenNotStored === 'say' ? new DownloadFailed('notStored', message) : new Error(message);
		});
		isStreaming = /^filesystem/.test(data.id ?? '');
		binary[propertyName] = data;
	};
	return { isStreaming: () => isStreaming, keep };
}
