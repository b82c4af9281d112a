import type { Part } from './part';
import { delays } from './parts/delays';
import { decoding } from './parts/decoding';
import { files } from './parts/files';
import { floor } from './parts/floor';
import { limits } from './parts/limits';
import { memory } from './parts/memory';
import { results } from './parts/results';
import { trips } from './parts/trips';
import { waiting } from './parts/waiting';
import { weight } from './parts/weight';

/** In the order of the page. */
export const PARTS: Record<string, Part> = { results, delays, trips, memory, floor, waiting, files, decoding, limits, weight };
