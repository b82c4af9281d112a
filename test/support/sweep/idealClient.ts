import { drawing } from '../../../playground/emulator/drawing';
import { isIn, onIn } from '../../../playground/emulator/presence';
import type { SweepDevice } from '../../../playground/emulator';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** The least time between two runs: 10 a minute. */
const STEP_MS = 6 * SECOND_MS;

/** A run under way: its session is in use until then, and whether it has a result by then. */
interface Under {
	device: SweepDevice;
	until: number;
	done: boolean;
}

/**
 * When a client would have each result that knows at every moment who is online, sends in the order of the list within
 * the same limits, and cancels at once what its device went off before.
 *
 * @returns ms since the start, ascending
 */
export function idealResults(
	devices: SweepDevice[],
	{ from, until, sessions, seed }: { from: number; until: number; sessions: number; seed: number },
) {
	const random = drawing(`${seed} ideal`);
	const open = new Set(devices);
	let running: Under[] = [];
	const results: number[] = [];
	for (let at = from; at < until; at += STEP_MS) {
		for (const { device, until: end, done } of running.filter((run) => run.until <= at)) {
			if (done) results.push(end - from);
			else open.add(device);
		}
		running = running.filter((run) => run.until > at);
		if (running.length >= sessions) continue;
		const isFree = ({ portalSessions }: SweepDevice) => !isIn(portalSessions, at);
		const device = [...open].find((each) => isIn(each.onIn, at) && isFree(each));
		if (!device) continue;
		open.delete(device);
		const startAt = at + (0.5 + 4 * random()) * MINUTE_MS;
		const doneAt = startAt + (0.5 + 1.5 * random()) * MINUTE_MS;
		const { until: off } = device.onIn.find((period) => isIn([period], at))!;
		running.push(off <= startAt ? { device, until: off, done: false } : { device, until: onIn(device.onIn).nextOn(doneAt), done: true });
	}
	return results.sort((a, b) => a - b);
}
