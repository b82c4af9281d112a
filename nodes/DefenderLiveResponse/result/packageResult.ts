import type { IDataObject } from 'n8n-workflow';
import type { CollectedFile, FileStore } from '../download/collectedFile';
import { DownloadFailed, requestLink } from '../download/download';
import type { MachineAction } from '../service/machineAction';
import { endedAt, endedStatus } from '../service/machineAction';
import type { Session } from '../service/session';
import { downloadFile } from './fileResult';
import { NO_FILE } from './item';
import type { Outcome } from './outcome';
import { BY_ACTION_STATUS, whyPending } from './outcome';
import { retryDamaged } from './retryDamaged';

/** The package's name where its download does not say it. */
const NAME = 'WDATP_Investigation_Package.zip';

/** An investigation package, or why there is none. */
export interface PackageResult {
	outcome: Outcome;
	errors: string[];
	file?: CollectedFile;
}

/** How ZIP archives begin, in hexadecimal; the second is an empty one (APPNOTE 4.3.7, 4.3.16). */
const ZIP_STARTS = ['504b0304', '504b0506'];

function isZip(start: Uint8Array): boolean {
	return ZIP_STARTS.includes(Buffer.from(start.subarray(0, 4)).toString('hex'));
}

async function download(session: Session, action: MachineAction, maxBytes: number, store: FileStore): Promise<PackageResult> {
	const address = { machineActionId: action.id };
	const link = await requestLink(session, address, endedAt(action));
	const options = { decompress: false, maxBytes, path: NAME };
	const { stored } = await retryDamaged(session, async () => await downloadFile(session, address, link, options, store));
	const { file, start } = stored;
	if (isZip(start)) return { outcome: 'succeeded', errors: [], file };
	const error = file.fileSize === 0 ? 'The package arrived empty' : 'The package is not a ZIP archive. It is there as it came';
	return { outcome: 'unreadable', errors: [error], file };
}

/**
 * The investigation package of an action, as far as there is one.
 *
 * @returns never a failed download as an exception: the outcome and `errors` describe it
 * @throws DefenderError when the API refuses; Cancelled
 */
export async function fetchPackage(session: Session, action: MachineAction, maxBytes: number, store: FileStore): Promise<PackageResult> {
	const ended = endedStatus(action);
	if (!ended) return { outcome: 'pending', errors: [whyPending(action, session)] };
	const byAction = BY_ACTION_STATUS[ended];
	if (byAction) return { outcome: byAction, errors: [] };
	return await download(session, action, maxBytes, store).catch((error: unknown): PackageResult => {
		if (!(error instanceof DownloadFailed)) throw error;
		return { outcome: error.reason === 'noResult' ? 'noResult' : 'unreadable', errors: [error.message] };
	});
}

/** The `json` of a package's item. Its shape does not depend on how it went. */
export function packageItem(action: MachineAction, { outcome, errors, file }: PackageResult): IDataObject {
	return {
		machineActionId: action.id,
		outcome,
		...(file ?? NO_FILE),
		errors,
		machineId: action.machineId ?? null,
		computerDnsName: action.computerDnsName ?? null,
	};
}
