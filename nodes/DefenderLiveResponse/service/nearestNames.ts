/** Names shown when one has to be chosen. */
const MAX_SHOWN = 5;

/** Characters that may differ between what was entered and what was meant. */
const MAX_DISTANCE = 2;

/** Longer names are not compared: the time grows with the square of the length. */
const MAX_LENGTH = 100;

/** How many characters have to be added, removed or replaced to make one text of the other (Levenshtein's distance). */
function distance(a: string, b: string): number {
	if (Math.max(a.length, b.length) > MAX_LENGTH) return Infinity;
	let row = Array.from({ length: b.length + 1 }, (_, place) => place);
	for (const [i, character] of [...a].entries()) {
		const next = [i + 1];
		for (let j = 0; j < b.length; j++) {
			next.push(Math.min(next[j] + 1, row[j + 1] + 1, row[j] + (character === b[j] ? 0 : 1)));
		}
		row = next;
	}
	return row[b.length];
}

/**
 * The names that are most like one that was not found, nearest first, in lower case.
 *
 * @param partOf what is compared of each name; all of it by default
 */
export function nearestNames(wanted: string, names: string[], partOf = (name: string): string => name): string[] {
	const meant = partOf(wanted.trim().toLowerCase());
	const near = [...new Set(names.map((name) => name.toLowerCase()))]
		.map((name) => ({ name, far: distance(meant, partOf(name)) }))
		// Two characters of three are another name.
		.filter(({ far }) => far <= MAX_DISTANCE && far < meant.length / 2);
	return near
		.sort((a, b) => a.far - b.far || a.name.localeCompare(b.name))
		.slice(0, MAX_SHOWN)
		.map(({ name }) => name);
}
