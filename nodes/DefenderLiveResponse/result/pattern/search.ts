import type { Program } from './compile';

/** The most states (steps of the program × characters) of a search, which bound its time and memory. */
export const MAX_STATES = 2 ** 24;

/** A search's result. */
export interface Found {
	matched: boolean;
	/** The first group of the last match; undefined where nothing matched, or the group took no part. */
	group?: string;
	/** How many characters were searched, from the end of the text. */
	searched: number;
}

/**
 * Where the search of a long text begins: at the start of a line, so that no match is cut in two unless it is longer
 * than a line.
 */
function beginOf(text: string, program: Program): number {
	const cut = text.length - Math.floor(MAX_STATES / program.length);
	if (cut <= 0) return 0;
	const line = text.indexOf('\n', cut);
	return line < 0 ? text.length : line + 1;
}

/**
 * Finds the last match as `matchAll` would, trying each step of the program at each place of the text once at most:
 * where a try has led nowhere before, it leads nowhere again.
 */
export function searchLast(text: string, program: Program): Found {
	const begin = beginOf(text, program);
	const width = program.length;
	const tried = new Uint8Array(Math.ceil(((text.length - begin + 1) * width) / 8));
	/** Ways that are left: step, place, and what the group was then. */
	const pending: number[] = [];
	let group: string | undefined;
	let end = -1;

	const matchAt = (start: number): boolean => {
		pending.push(0, start, -1, -1);
		while (pending.length > 0) {
			let closed = pending.pop()!;
			let opened = pending.pop()!;
			let at = pending.pop()!;
			let place = pending.pop()!;
			for (;;) {
				const state = (at - begin) * width + place;
				if (tried[state >> 3] & (1 << (state & 7))) break;
				tried[state >> 3] |= 1 << (state & 7);
				const step = program[place++];
				if (step.do === 'read') {
					if (at >= text.length || !step.matches(text.charCodeAt(at))) break;
					at++;
				} else if (step.do === 'try') {
					pending.push(step.or, at, opened, closed);
					place = step.to;
				} else if (step.do === 'go') {
					place = step.to;
				} else if (step.do === 'check') {
					if (!step.holds(text, at)) break;
				} else if (step.do === 'open') {
					opened = at;
				} else if (step.do === 'close') {
					closed = at;
				} else if (step.do === 'forget') {
					closed = -1;
				} else {
					group = closed < 0 ? undefined : text.slice(opened, closed);
					end = at;
					pending.length = 0;
					return true;
				}
			}
		}
		return false;
	};

	for (let start = begin; start <= text.length; ) {
		if (!matchAt(start)) {
			start++;
			continue;
		}
		// What was tried at the match's end led somewhere, so it is to be tried again from there.
		for (let state = (end - begin) * width; state < (end - begin + 1) * width; state++) {
			tried[state >> 3] &= ~(1 << (state & 7));
		}
		start = end > start ? end : end + 1;
	}
	return { matched: end >= 0, group, searched: text.length - begin };
}
