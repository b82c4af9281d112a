/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { setImmediate as macrotask } from 'node:timers/promises';
import type { Clock } from '../../../nodes/DefenderLiveResponse/service/clock';

/**
 * A clock whose time is that of the earliest sleeper. Before it moves on, everything that can happen now happens,
 * so that hours pass in milliseconds and always in the same order.
 */
export class FakeClock implements Clock {
	private time: number;

	private sleepers: Array<{ due: number; wake: () => void }> = [];

	private ticking = false;

	private setBy = 0;

	/** What `random()` gives. */
	chance = 0.5;

	constructor(start = Date.UTC(2026, 0, 13, 9)) {
		this.time = start;
	}

	now(): number {
		return this.time + this.setBy;
	}

	elapsed(): number {
		return this.time;
	}

	/** Sets the machine's clock forward, or back, in ms: dates change, and no time passes. */
	set(ms: number): void {
		this.setBy += ms;
	}

	random(): number {
		return this.chance;
	}

	async sleep(ms: number): Promise<void> {
		await new Promise<void>((wake) => {
			this.sleepers.push({ due: this.time + Math.max(0, ms), wake });
			if (!this.ticking) void this.tick();
		});
	}

	/** Does something at a time, as an event from outside would. */
	async at(time: number, event: () => void): Promise<void> {
		await this.sleep(time - this.time);
		event();
	}

	private async tick(): Promise<void> {
		this.ticking = true;
		for (;;) {
			await macrotask();
			if (this.sleepers.length === 0) break;
			const due = Math.min(...this.sleepers.map((sleeper) => sleeper.due));
			const awake = this.sleepers.filter((sleeper) => sleeper.due === due);
			this.sleepers = this.sleepers.filter((sleeper) => sleeper.due !== due);
			this.time = due;
			for (const { wake } of awake) wake();
		}
		this.ticking = false;
	}
}
