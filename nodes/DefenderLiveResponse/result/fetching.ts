import type { FileStore } from '../download/collectedFile';
import type { Download, ResultAddress } from '../download/download';
import type { ActionCommand } from '../service/machineAction';
import type { Session } from '../service/session';
import type { CommandResult, DownloadReport } from './item';
import type { ResultSettings } from './options';

/** Everything that fetching the result of a command needs. */
export interface Fetching {
	session: Session;
	settings: ResultSettings;
	store: FileStore;
	address: ResultAddress;
	/** undefined where the action lists none with its index. */
	command: ActionCommand | undefined;
}

/** The part of a result that its download decides. */
export type Fetched = Pick<CommandResult, 'outcome' | 'errors' | 'warnings'> & Partial<CommandResult>;

/** What is known of a download that has ended. */
export function reportOf(download: Download, bytes: number, sha256: string, session: Session): DownloadReport {
	return {
		bytes,
		contentType: download.blob.contentType ?? null,
		linkExpiresAt: download.link.expiresAt,
		sha256,
		retrievedAt: new Date(session.clock.now()).toISOString(),
	};
}

/** What is to be said of a download that has ended. */
export function warningsOf(download: Download): string[] {
	return download.isUnchecked ? ['The result was unpacked on its way to n8n, so its checksum could not be compared'] : [];
}
