import type { Observation } from '../observation';
import { putFileLink, scriptLink, skippedLink } from '../observations/links';
import { badSignature, beyond, blob, otherVersion, part, withToken } from '../observations/storage';
import { cancelEnd, cancelled, cancelledAgain } from './cancelRun';
import { dataUploaded, deleted, deletedAgain, uploaded, uploadedAgain } from './library';
import { gzipFile, listedAtOnce, ownBusy, ownEarlyLink, ownEnd, ownLink, ownRun, seenAtOnce, smallFile } from './ownRun';
import { secondEnd, secondRun } from './secondRun';

/** What the acting part does, in this order: some of it can only be seen while something else is under way. */
export const SEQUENCE: ReadonlyArray<Observation<unknown>> = [
	uploaded,
	uploadedAgain,
	dataUploaded,
	ownRun,
	seenAtOnce,
	listedAtOnce,
	ownBusy,
	ownEarlyLink,
	ownEnd,
	ownLink,
	secondRun,
	// While the second one runs.
	scriptLink,
	blob,
	part,
	otherVersion,
	beyond,
	withToken,
	badSignature,
	putFileLink,
	smallFile,
	gzipFile,
	secondEnd,
	skippedLink,
	cancelled,
	cancelEnd,
	cancelledAgain,
	deleted,
	deletedAgain,
];
