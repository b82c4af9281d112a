import type { Answer } from '../calls';
import { NotAsked } from '../notAsked';
import type { Asker, Observation } from '../observation';
import { mustLink, scriptLink } from './links';
import type { Place } from './place';

/** Not the real one, which goes to the API alone. */
const MADE_UP_TOKEN = 'Bearer bm90.YQ.dG9rZW4';

/** A script's result, whole. It is read in memory and not kept. */
export const blob: Observation<Answer & { link: string; place: Place }> = {
	asks: 'the result, by its link, without a token',
	async make(asker) {
		const { link, place } = await mustLink(asker, scriptLink);
		return { ...(await asker.storage(link, 'a result from the storage')), link, place };
	},
};

/** @throws NotAsked where it could not be had whole */
export async function wholeBlob(asker: Asker): Promise<Answer & { link: string; place: Place }> {
	const whole = await asker.see(blob);
	if (whole.status !== 200) throw new NotAsked('the result could not be downloaded: see storage.without-token');
	return whole;
}

export const part: Observation<{ whole: Answer; part: Answer }> = {
	asks: 'the result from its second byte on (`Range`, with `If-Match`)',
	async make(asker) {
		const whole = await wholeBlob(asker);
		const { etag } = whole.headers;
		return {
			whole,
			part: await asker.storage(whole.link, 'a part of a result', { Range: 'bytes=1-', ...(etag !== undefined && { 'If-Match': etag }) }),
		};
	},
};

export const otherVersion: Observation<Answer> = {
	asks: 'a part with an `If-Match` of another version',
	async make(asker) {
		const { link } = await wholeBlob(asker);
		return await asker.storage(link, 'a part of another version', { Range: 'bytes=1-', 'If-Match': '"0x8D0000000000000"' });
	},
};

export const beyond: Observation<Answer> = {
	asks: 'a part that begins after the end',
	async make(asker) {
		const { link, body } = await wholeBlob(asker);
		return await asker.storage(link, 'a part after the end', { Range: `bytes=${body.length + 1}-` });
	},
};

export const withToken: Observation<Answer> = {
	asks: 'the result with an `Authorization` header (a made-up token)',
	async make(asker) {
		const { link } = await wholeBlob(asker);
		return await asker.storage(link, 'a result with a made-up token', { Authorization: MADE_UP_TOKEN, Range: 'bytes=0-0' });
	},
};

export const badSignature: Observation<Answer> = {
	asks: 'the result by a link with another signature',
	async make(asker) {
		const { link } = await wholeBlob(asker);
		const changed = link.replace(/([?&]sig=)(.)/, (_, name: string, letter: string) => name + (letter === 'A' ? 'B' : 'A'));
		if (changed === link) throw new NotAsked('the link has no sig: see link.fields');
		return await asker.storage(changed, 'a link with another signature', { Range: 'bytes=0-0' });
	},
};
