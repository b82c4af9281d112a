import { DownloadFailed } from '../download/download';
import type { Session } from '../service/session';

/** How often a damaged download is started again. */
const MAX_RESTARTS = 2;

/** Starts again when the content arrived damaged, since its next copy may be whole. */
export async function retryDamaged<Fetched extends object>({ stats }: Session, fetch: () => Promise<Fetched>): Promise<Fetched> {
	for (let restarts = 0; ; restarts++) {
		const fetched = await fetch().catch((error: unknown) => {
			const again = error instanceof DownloadFailed && error.reason === 'damaged' && restarts < MAX_RESTARTS;
			if (!again) throw error;
			return undefined;
		});
		if (fetched !== undefined) return fetched;
		stats.retries++;
	}
}
