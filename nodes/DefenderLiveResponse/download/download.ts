import { createHash } from 'node:crypto';
import { pause, throwIfCancelled } from '../service/clock';
import { LABELS } from '../service/labels';
import { getResultLink } from '../service/machineActions';
import { backoffMs, MAX_REPEATS } from '../service/retry';
import { guardAgainstSilence, MIN_BYTES_A_MINUTE } from '../service/silence';
import type { Session } from '../service/session';
import { serviceNow } from '../service/session';
import type { Blob, BlobRange } from './storage';
import { openBlob, STORAGE_TIMEOUT_MS } from './storage';
import { checkLink } from './linkCheck';

/** What a link is asked for: the result of one command, or the investigation package of an action. */
export interface ResultAddress {
	machineActionId: string;
	/** Of the command; undefined for the package. */
	index?: number;
}

/** Why a result did not arrive. `message` says so to the user and holds no part of the link. */
export class DownloadFailed extends Error {
	constructor(
		readonly reason: 'noResult' | 'tooLarge' | 'linkNotTrusted' | 'damaged' | 'unreachable' | 'notStored',
		message: string,
	) {
		super(message);
	}
}

/** The failure of a file over its limit. */
export function tooLarge(maxBytes: number): DownloadFailed {
	const megabytes = Math.round(maxBytes / 1024 / 1024);
	return new DownloadFailed(
		'tooLarge',
		`The result is larger than ${megabytes} MB. Raise '${LABELS.maxDownloadSize}' in the options to get it`,
	);
}

function noResult({ index }: ResultAddress, text = ''): DownloadFailed {
	const what = index === undefined ? 'no package for this machine action' : 'no result for this command';
	return new DownloadFailed('noResult', `Defender has ${what}${text && `. ${text}`}`);
}

function damaged(how: string): DownloadFailed {
	return new DownloadFailed('damaged', `The result arrived damaged: ${how}`);
}

export interface Link {
	url: string;
	/** ISO 8601; null where the link does not tell. */
	expiresAt: string | null;
}

/** A connection that delivered this much before it broke is not a reason to give up. */
const PROGRESS_BYTES = 1024 * 1024;

/** The slowest transfer that goes on, in bytes a millisecond. */
const MIN_BYTES_PER_MS = MIN_BYTES_A_MINUTE / 60_000;

/** The longest rest that a storage may ask for, in ms. */
const MAX_STORAGE_DELAY_MS = 2 * 60_000;

/** How often a result that is not there yet is asked for again. */
const MAX_WAITS_FOR_RESULT = 4;

/** The result of a command that ended longer ago will not appear any more, in ms. */
const MAX_RESULT_DELAY_MS = 120_000;

/**
 * Asks for the link to a result.
 *
 * @param endedAt when the command ended, in ms, for results that may still be on their way; undefined to ask once
 * @throws DownloadFailed `noResult`, `linkNotTrusted`; DefenderError; Cancelled
 */
export async function requestLink(session: Session, address: ResultAddress, endedAt: number | undefined): Promise<Link> {
	const { clock, signal, cloud } = session;
	const { machineActionId, index } = address;
	const hosts = index === undefined ? [...cloud.downloadHosts, ...cloud.packageHosts] : cloud.downloadHosts;
	for (let repeats = 0; ; repeats++) {
		const link = await getResultLink(session, machineActionId, index);
		if (link !== undefined) {
			const checked = checkLink(link, hosts);
			if ('url' in checked) return checked;
			throw new DownloadFailed('linkNotTrusted', `The result link was not followed: ${checked.refused}`);
		}
		const mayAppear = endedAt !== undefined && serviceNow(session) - endedAt < MAX_RESULT_DELAY_MS;
		if (!mayAppear || repeats >= MAX_WAITS_FOR_RESULT) throw noResult(address);
		session.stats.retries++;
		await pause(clock, backoffMs(repeats, clock.random()), signal);
	}
}

/**
 * Waits before the storage is asked again.
 *
 * @throws DownloadFailed where there is no time for it
 */
async function pauseInTime({ clock, deadline, signal }: Session, ms: number, text: string): Promise<void> {
	const delay = Math.min(ms, MAX_STORAGE_DELAY_MS);
	if (delay > deadline.leftMs()) throw new DownloadFailed('unreachable', `The result could not be downloaded in time. ${text}`);
	await pause(clock, delay, signal);
}

/** A result on its way. */
export interface Download {
	/** The link in use; another one after a renewal. */
	readonly link: Link;
	/** What the storage said of the file. */
	readonly blob: Blob;
	/** Whether its checksum could not be compared, since n8n had unpacked it on the way. Known when all bytes have come. */
	readonly isUnchecked: boolean;
	/** The file's bytes, once. Continues by range if a connection breaks, with a new link if the old one has expired. */
	bytes(): AsyncGenerator<Uint8Array>;
	/** The file's last bytes, asked for by themselves; undefined where its length is not known. */
	end(length: number): Promise<Buffer | undefined>;
}

/** All of a short part; undefined where the connection was lost. */
async function readAll(part: Blob, { clock, signal }: Session): Promise<Buffer | undefined> {
	const guard = guardAgainstSilence(clock, STORAGE_TIMEOUT_MS, signal);
	const chunks: Uint8Array[] = [];
	try {
		const read = part.stream[Symbol.asyncIterator]();
		for (;;) {
			const next = await guard.during(read.next());
			if (!next) return undefined;
			if (next.done) return Buffer.concat(chunks);
			chunks.push(next.value);
		}
	} finally {
		guard.end();
		part.close();
	}
}

/**
 * Starts to download a result.
 *
 * @throws DownloadFailed, here and from `bytes()`; DefenderError; Cancelled
 */
export async function startDownload(session: Session, address: ResultAddress, link: Link, maxBytes: number): Promise<Download> {
	const { clock, signal, deadline } = session;
	let repeats = 0;
	let current = link;
	let isUnchecked = false;

	/** Opens the file, or a part of it, with as many new links and tries as it takes. */
	const open = async (wanted: BlobRange): Promise<Blob> => {
		for (let renewed = 0; ; ) {
			const blob = await openBlob(session, current.url, wanted);
			if ('stream' in blob) {
				if ((blob.totalBytes ?? 0) <= maxBytes) return blob;
				blob.close();
				throw tooLarge(maxBytes);
			}
			if (repeats >= MAX_REPEATS || blob.reason === 'refused') {
				throw new DownloadFailed('unreachable', `The result could not be downloaded. ${blob.text}`);
			}
			if (blob.reason === 'changed') throw damaged('it changed while it was downloaded');
			if (blob.reason === 'gone' && renewed > 0) throw noResult(address, blob.text);
			repeats++;
			session.stats.retries++;
			const delay = backoffMs(repeats, clock.random());
			if (blob.reason === 'transient') {
				await pauseInTime(session, blob.retryAfterMs ?? delay, blob.text);
			} else {
				if (renewed > 0) await pauseInTime(session, delay, blob.text);
				current = await requestLink(session, address, undefined);
				renewed++;
			}
		}
	};

	const first = await open({ from: 0 });
	const total = first.totalBytes;

	/**
	 * Whether n8n unpacks the file on the way (Content-Encoding), of which it says nothing: the first byte of something
	 * packed unpacks to none.
	 */
	const isUnpacked = async () => {
		const part = await open({ from: 0, length: 1, of: first }).catch((error: unknown) => {
			if (error instanceof DownloadFailed) return undefined;
			throw error;
		});
		return part !== undefined && (await readAll(part, session))?.length === 0;
	};

	return {
		get link() {
			return current;
		},
		get isUnchecked() {
			return isUnchecked;
		},
		blob: first,
		async *bytes() {
			const md5 = createHash('md5');
			let expectedMd5 = first.md5;
			let received = 0;
			let brokenAt = 0;
			let isResumed = false;
			let wasUnpacked = false;
			let part = first;
			for (;;) {
				let broken: boolean;
				const chunks = part.stream[Symbol.asyncIterator]();
				const guard = guardAgainstSilence(clock, STORAGE_TIMEOUT_MS, signal);
				// A transfer is not cut, and how fast the file is stored is the node's own.
				const resume = deadline.hold();
				try {
					for (;;) {
						const readAt = clock.elapsed();
						const next = await guard.during(chunks.next(), Math.max(0, deadline.leftMs()));
						const length = next?.value?.length ?? 0;
						deadline.charge(Math.max(0, clock.elapsed() - readAt - length / MIN_BYTES_PER_MS));
						broken = next === undefined;
						if (!next || next.done) break;
						guard.received(length);
						received += length;
						if (received > maxBytes) throw tooLarge(maxBytes);
						md5.update(next.value);
						yield next.value;
					}
				} finally {
					resume();
					guard.end();
					part.close();
				}
				if (!broken && received >= (total ?? 0)) break;
				if (broken && received === total) break;
				throwIfCancelled(signal);
				wasUnpacked = !broken && part === first && (await isUnpacked());
				if (wasUnpacked) break;
				isResumed ||= received > 0;
				if (isResumed && first.etag === undefined) {
					throw damaged('the connection was lost, and the storage does not say which version of the file the rest is of');
				}
				// A long file still arrives over a bad connection.
				if (received - brokenAt >= PROGRESS_BYTES) repeats = 0;
				brokenAt = received;
				if (repeats >= MAX_REPEATS) {
					throw new DownloadFailed('unreachable', 'The result could not be downloaded. The connection kept breaking');
				}
				repeats++;
				session.stats.retries++;
				await pauseInTime(session, backoffMs(0, clock.random()), 'The connection was lost');
				part = await open({ from: received, of: first });
				expectedMd5 ??= part.md5;
			}
			if (isResumed && received !== (total ?? received)) throw damaged('its parts are longer than the whole');
			if (expectedMd5 === undefined || md5.digest('base64') === expectedMd5) return;
			// Length and checksum are those of the packed file.
			wasUnpacked ||= !isResumed && (total === undefined ? await isUnpacked() : received > total);
			isUnchecked = wasUnpacked;
			if (!isUnchecked) throw damaged('its checksum does not match');
		},
		async end(length) {
			if (total === undefined || total <= length) return undefined;
			const bytes = await readAll(await open({ from: total - length, of: first }), session);
			return bytes?.length === length ? bytes : undefined;
		},
	};
}
