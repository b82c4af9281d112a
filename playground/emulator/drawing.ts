import { createHash } from 'node:crypto';

/** Draws from 0 to below 1, the same ones for the same seed. */
export function drawing(seed: string): () => number {
	let drawn = 0;
	return () => createHash('sha256').update(`${seed}#${drawn++}`).digest().readUInt32BE() / 2 ** 32;
}

/** A number, or the least and the most of what is drawn, all alike. */
export type Drawn = number | [number, number];

export function draw(value: Drawn, random: () => number): number {
	return typeof value === 'number' ? value : value[0] + random() * (value[1] - value[0]);
}

/** A time to the next event where events come by chance, this often on average. */
export function exponential(mean: number, random: () => number): number {
	return -mean * Math.log(1 - random());
}
