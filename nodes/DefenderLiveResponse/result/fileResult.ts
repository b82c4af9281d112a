import type { FileStore, StoredFile } from '../download/collectedFile';
import { storeCollectedFile } from '../download/collectedFile';
import type { Download, Link, ResultAddress } from '../download/download';
import { startDownload } from '../download/download';
import { BrokenGzip } from '../download/gzip';
import { withRoom } from '../download/room';
import type { Session } from '../service/session';
import { paramOf } from './commandParams';
import type { Fetched, Fetching } from './fetching';
import { reportOf, warningsOf } from './fetching';

/** Downloads a file and keeps it; in memory, it waits for room. */
export async function downloadFile(
	session: Session,
	address: ResultAddress,
	link: Link,
	options: { decompress: boolean; maxBytes: number; path?: string },
	store: FileStore,
): Promise<{ download: Download; stored: StoredFile }> {
	const isHeldWhole = () => !store.isStreaming();
	return await withRoom(session, isHeldWhole, async (makeRoom) => {
		const download = await startDownload(session, address, link, options.maxBytes);
		return { download, stored: await storeCollectedFile(download, { ...options, secrets: session.secrets }, store, makeRoom) };
	});
}

/** A collected file. It is returned whenever there is one, even if it may be incomplete. */
export async function fetchFile({ session, settings, store, address, command }: Fetching, link: Link): Promise<Fetched> {
	const maxBytes = settings.maxDownloadSize;
	const path = paramOf(command, 'Path') ?? undefined;
	const fetch = async (decompress: boolean): Promise<Fetched> => {
		const { download, stored } = await downloadFile(session, address, link, { decompress, maxBytes, path }, store);
		return {
			outcome: 'succeeded',
			errors: [],
			warnings: warningsOf(download),
			file: stored.file,
			link: download.link,
			download: reportOf(download, stored.bytes, stored.sha256, session),
		};
	};
	const fetched = await fetch(settings.decompress).catch(async (error: unknown): Promise<Fetched> => {
		if (!(error instanceof BrokenGzip)) throw error;
		const errors = ['The file is damaged or not gzip: it could not be decompressed and is returned as downloaded'];
		return { ...(await fetch(false)), outcome: 'unreadable', errors };
	});
	// Defender collects no empty files, and packs what it collects.
	if (fetched.download?.bytes !== 0) return fetched;
	return { ...fetched, outcome: 'unreadable', errors: ['The file arrived empty'] };
}
