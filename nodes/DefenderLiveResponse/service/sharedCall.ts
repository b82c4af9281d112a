import { abortable, Cancelled, MAX_SLEEP_MS, stoppable, throwIfCancelled } from './clock';
import type { Budget } from './deadline';
import { CommonBudget } from './deadline';
import { DefenderError } from './errors';
import { LABELS } from './labels';
import type { Session } from './session';
import { withOwnStats } from './session';

/** How many checks find no time left before an item gives up: where the process stood still, the answer may be there already. */
const MAX_EXPIRED_CHECKS = 10;

type Outcome<T> = { value: T } | { error: unknown };

/**
 * Calls whose result many items need, made once. They may take as long as any of the items has, and each item waits for
 * as long as it has itself. What failed is done again for the next who asks.
 */
export class SharedCall<T> {
	private running?: Promise<Outcome<T>>;

	private readonly budgets = new Set<Budget>();

	/** Why the calls have not come to an end. */
	private lastError?: DefenderError;

	/** Ends the calls. */
	private stop?: () => void;

	/**
	 * @param work makes the calls with the session that it gets
	 * @throws DefenderError where the time of this item has passed; what `work` throws; Cancelled
	 */
	async get(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
		const { deadline, signal } = session;
		this.budgets.add(deadline);
		try {
			for (;;) {
				this.running ??= this.start(session, work);
				const outcome = await this.waitInTime(session, this.running);
				throwIfCancelled(signal);
				if ('value' in outcome) return outcome.value;
				// The execution that made the calls was stopped, not this one.
				if (!(outcome.error instanceof Cancelled)) throw outcome.error;
			}
		} finally {
			this.budgets.delete(deadline);
			// The result is no longer needed.
			if (this.budgets.size === 0) this.stop?.();
		}
	}

	private async start(session: Session, work: (session: Session) => Promise<T>): Promise<Outcome<T>> {
		const { signal, stop, end } = stoppable(session.signal);
		this.stop = stop;
		const common: Session = {
			...withOwnStats(session),
			deadline: new CommonBudget(session.clock, this.budgets),
			onFailure: (error) => void (this.lastError = error),
			signal,
		};
		this.lastError = undefined;
		return await work(common)
			.finally(end)
			.then(
				(value) => ({ value }),
				(error: unknown) => {
					this.running = undefined;
					return { error };
				},
			);
	}

	/** Waits for the calls as long as an item has time. */
	private async waitInTime({ clock, deadline, signal }: Session, running: Promise<Outcome<T>>): Promise<Outcome<T>> {
		let isWaiting = true;
		const timeOver = async (): Promise<Outcome<T>> => {
			for (let over = 0; isWaiting && over < MAX_EXPIRED_CHECKS; over = deadline.leftMs() > 0 ? 0 : over + 1)
				await clock.sleep(MAX_SLEEP_MS);
			return {
				error:
					this.lastError ??
					new DefenderError(`Defender did not answer within ${LABELS.maxWait}`, `Raise ${LABELS.maxWait}, or run it again later.`),
			};
		};
		return await abortable(Promise.race([running, timeOver()]), signal).finally(() => (isWaiting = false));
	}
}
