import fc from 'fast-check';

const FIRST_HALF = 0xd800;
const HALVES = 0x800;

/**
 * Any character of Unicode. fast-check's own unit `binary` gives the same, but first makes a table of all characters,
 * which takes every test file a second.
 */
export const anyCharacter = fc.integer({ min: 0, max: 0x10ffff - HALVES }).map(
	(place) => String.fromCodePoint(place < FIRST_HALF ? place : place + HALVES),
	(character) => {
		const code = typeof character === 'string' && [...character].length === 1 ? (character.codePointAt(0) ?? NaN) : NaN;
		// Refuses what it does not give, as fast-check wants it.
		if (!(code < FIRST_HALF || code >= FIRST_HALF + HALVES)) throw new Error('no single character');
		return code < FIRST_HALF ? code : code - HALVES;
	},
);
