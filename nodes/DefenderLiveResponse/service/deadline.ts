import type { Clock } from './clock';

/**
 * What may come after Max Wait, in ms: a last look, a link, the start of a download. With what it takes to make an
 * item of it, the item is there within 30 s.
 */
const GRACE_MS = 25_000;

/** How long an operation without Max Wait tolerates refusals and broken answers, in ms. */
const MAX_WITHOUT_WAIT_MS = 5 * 60_000;

/** How much time there is for calls. */
export interface Budget {
	/** A call leaves: time counts from the first one on. */
	start(): void;
	/**
	 * Time stands still, for what is not anybody else's fault: the node's own pacing.
	 *
	 * @returns to be called when it goes on
	 */
	hold(): () => void;
	/** The milliseconds of a hold that still count. */
	charge(ms: number): void;
	/** Milliseconds in which calls may still be made. */
	leftMs(): number;
}

/** The time limit of a wait for a device. */
export interface WaitBudget extends Budget {
	/** Milliseconds until the wait for the device ends; 0 or less when it has ended. */
	waitLeftMs(): number;
}

/** How long an item waits for others: for its device, and for what Defender refuses or breaks off. */
export class Deadline implements WaitBudget {
	private startedAt: number | undefined;

	private holds = 0;

	private heldSince = 0;

	private heldMs = 0;

	private chargedMs = 0;

	private chargedAt = -Infinity;

	/**
	 * @param maxWaitMs for the device
	 * @param graceMs for calls after that
	 */
	constructor(
		private readonly clock: Clock,
		private readonly maxWaitMs: number,
		private readonly graceMs = GRACE_MS,
	) {}

	start(): void {
		if (this.startedAt !== undefined) return;
		this.startedAt = this.clock.elapsed();
		this.heldSince = this.startedAt;
		this.heldMs = 0;
	}

	hold(): () => void {
		if (this.holds++ === 0) this.heldSince = this.clock.elapsed();
		return () => {
			if (--this.holds === 0) this.heldMs += this.clock.elapsed() - this.heldSince;
		};
	}

	charge(ms: number): void {
		const now = this.clock.elapsed();
		// Calls that were held side by side count once.
		this.chargedMs += Math.min(ms, now - this.chargedAt);
		this.chargedAt = now;
	}

	waitLeftMs(): number {
		return this.maxWaitMs - this.spentMs();
	}

	leftMs(): number {
		return this.waitLeftMs() + this.graceMs;
	}

	private spentMs(): number {
		if (this.startedAt === undefined) return this.chargedMs;
		const now = this.clock.elapsed();
		const held = this.heldMs + (this.holds > 0 ? now - this.heldSince : 0);
		return now - this.startedAt - held + this.chargedMs;
	}
}

/** How long the one with the most time counts as such, in ms. */
const MAX_CHOSEN_MS = 500;

/** The time of all who wait for the same calls: a call may take as long as any of them has. */
export class CommonBudget implements Budget {
	private mostPatient: Budget | undefined;

	private chosenAt = 0;

	private chosenOf = 0;

	private holds = 0;

	/** How each of those that are held goes on: thousands may wait for hundreds of calls. */
	private readonly resumes = new Map<Budget, () => void>();

	/** @param budgets may change meanwhile */
	constructor(
		private readonly clock: Clock,
		private readonly budgets: ReadonlySet<Budget>,
	) {}

	start(): void {
		for (const budget of this.budgets) budget.start();
	}

	hold(): () => void {
		this.holds++;
		for (const budget of this.budgets) if (!this.resumes.has(budget)) this.resumes.set(budget, budget.hold());
		return () => {
			if (--this.holds > 0) return;
			for (const resume of this.resumes.values()) resume();
			this.resumes.clear();
		};
	}

	charge(ms: number): void {
		if (ms > 0) for (const budget of this.budgets) budget.charge(ms);
	}

	leftMs(): number {
		const now = this.clock.elapsed();
		const { size } = this.budgets;
		if (size !== this.chosenOf || now - this.chosenAt >= MAX_CHOSEN_MS) {
			[this.chosenAt, this.chosenOf] = [now, size];
			let max = -Infinity;
			for (const budget of this.budgets) {
				const left = budget.leftMs();
				if (left > max) [max, this.mostPatient] = [left, budget];
			}
		}
		return Math.max(0, this.mostPatient?.leftMs() ?? 0);
	}
}

/** The deadline of an operation that has no Max Wait. */
export function withoutMaxWait(clock: Clock): Deadline {
	return new Deadline(clock, MAX_WITHOUT_WAIT_MS, 0);
}
