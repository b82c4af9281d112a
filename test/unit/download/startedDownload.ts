import { startDownload } from '../../../nodes/DefenderLiveResponse/download/download';
import { refused } from '../service/fakeSession';
import { ACTION_ID } from '../result/entities';
import type { BlobAnswer, BlobRequest } from './fakeStorage';
import { all, fakeStorage, LINK } from './fakeStorage';

export const CONTENT = Buffer.from('0123456789abcdef');
const ADDRESS = { machineActionId: ACTION_ID, index: 0 };
export const MEGABYTE = 1024 * 1024;

/** Downloads from a storage that answers so. */
export function download(
	answer: (request: BlobRequest, before: number) => BlobAnswer,
	{ maxBytes = MEGABYTE, link, signal }: { maxBytes?: number; link?: () => unknown; signal?: AbortSignal } = {},
) {
	const fake = fakeStorage(answer, link, signal);
	const start = async () => await startDownload(fake.session, ADDRESS, { url: LINK, expiresAt: null }, maxBytes);
	return { ...fake, start, bytes: async () => await all((await start()).bytes()) };
}

/** What the storage throws. */
export const storageSays = (status: number, headers: Record<string, string> = {}) => refused(status, '<Error/>', headers);
