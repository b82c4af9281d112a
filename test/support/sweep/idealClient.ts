import { drawing } from '../../../playground/emulator/drawing';
import { isIn, onIn } from '../../../playground/emulator/presence';
import type { SweepDevice } from '../../../playground/emulator';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** The least time between two runs: 10 a minute. */
const STEP_MS = 6 * SECOND_MS;

/** The longest that a device that is on takes to start a run. */
const START_MS = 4.5 * MINUTE_MS;

/** A run under way: its session is in use until then, and whether it has a result by then. */
interface Under {
	device: SweepDevice;
	until: number;
	done: boolean;
}

export interface IdealClient {
	from: number;
	until: number;
	sessions: number;
	seed: number;
	/** Whether it knows at every moment who is online. */
	knows?: boolean;
}

/**
 * When a client would have each result that sends in the order of the list within the same limits, and sees at once what
 * ends. One that knows who is online sends to no other device, and cancels at once what its device went off before. One that
 * does not cancels what no device can start any more that is on, and sends it again after all others.
 *
 * @returns ms since the start, ascending
 */
export function idealResults(devices: SweepDevice[], { from, until, sessions, seed, knows = true }: IdealClient) {
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
		const device = [...open].find((each) => (!knows || isIn(each.onIn, at)) && isFree(each));
		if (!device) continue;
		open.delete(device);
		const startAt = at + (0.5 + 4 * random()) * MINUTE_MS;
		const doneAt = startAt + (0.5 + 1.5 * random()) * MINUTE_MS;
		const { until: off } = device.onIn.find((period) => isIn([period], at)) ?? { until: at };
		const starts = off > startAt;
		const freeAt = starts ? onIn(device.onIn).nextOn(doneAt) : knows ? off : at + START_MS;
		running.push({ device, until: freeAt, done: starts });
	}
	return results.sort((a, b) => a - b);
}
