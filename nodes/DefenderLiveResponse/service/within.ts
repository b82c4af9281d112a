import { Cancelled, pause, stoppable, throwIfCancelled } from './clock';
import { DefenderError } from './errors';
import type { Session } from './session';

/**
 * Makes calls that are a help only, for a limited time. Nothing of them continues after that.
 *
 * @param maxMs in ms of the session's clock
 * @param work makes the calls with the session that it gets
 * @returns undefined where they took longer, or the service refused them
 * @throws Cancelled; what else `work` throws
 */
export async function within<T>(session: Session, maxMs: number, work: (session: Session) => Promise<T>): Promise<T | undefined> {
	const { clock, signal } = session;
	const limit = stoppable(signal);
	void pause(clock, maxMs, limit.signal).then(limit.stop, () => undefined);
	return await work({ ...session, signal: limit.signal })
		.catch((error: unknown) => {
			throwIfCancelled(signal);
			if (error instanceof Cancelled || error instanceof DefenderError) return undefined;
			throw error;
		})
		.finally(() => {
			limit.end();
			limit.stop();
		});
}
