const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * How long this many calls take at least, in ms, when each leaves as soon as both windows have room.
 *
 * @param others when another client's calls were counted, from our start on in ms, in order
 */
export function leastTime(calls: number, perMinute: number, perHour: number, others: number[] = []): number {
	const counted = [...others];
	let place = 0;
	let now = 0;
	for (let call = 0; call < calls; call++) {
		for (;;) {
			while (place < counted.length && counted[place] <= now) place++;
			const full = Math.max((counted[place - perMinute] ?? -Infinity) + MINUTE, (counted[place - perHour] ?? -Infinity) + HOUR);
			if (full <= now) break;
			now = full;
		}
		counted.splice(place, 0, now);
	}
	return now;
}
