import { createHash } from 'node:crypto';
import type { Answer } from '../calls';
import { claim, verdict } from '../claim';
import { NotAsked } from '../notAsked';
import { badSignature, beyond, blob, otherVersion, part, withToken } from '../observations/storage';
import { say } from '../say';
import { mediaType } from './judging';

function storageCode({ headers }: Answer): string | undefined {
	return headers['x-ms-error-code']?.toString();
}

function md5(bytes: Buffer): string {
	return createHash('md5').update(bytes).digest('base64');
}

/** A whole result. */
function whole<T extends Answer>(answer: T): T {
	if (answer.status !== 200) throw new NotAsked('the result could not be downloaded: see storage.without-token');
	return answer;
}

/** A part of one. */
function partial({ whole: all, part: some }: { whole: Answer; part: Answer }) {
	if (some.status !== 206) throw new NotAsked('no part was given: see storage.range');
	return { all, some };
}

export const STORAGE_CLAIMS = [
	claim({
		id: 'storage.without-token',
		claim: 'The storage gives the result to anyone who has the link, without a token.',
		source: 'every client',
		affects: 'the token is never sent to the storage',
		ifNot: 'No result can be downloaded.',
		emulator: 'storage.ts',
		from: [blob],
		judge: (answer) =>
			verdict(answer.status === 200, answer.status === 200 ? say`status 200` : say`status ${answer.status}, code ${storageCode(answer)}`),
	}),
	claim({
		id: 'storage.with-token',
		claim: 'A request with an `Authorization` header is refused with 400 `InvalidAuthenticationInfo`.',
		source: 'a report about another use of the same storage',
		affects: 'nothing in the node; it is how a client that sends the token fails',
		ifNot: 'Nothing for the node.',
		emulator: 'storage.ts',
		from: [withToken],
		judge: (answer) =>
			verdict(
				answer.status === 400 && storageCode(answer) === 'InvalidAuthenticationInfo',
				say`status ${answer.status}, code ${storageCode(answer)}`,
			),
	}),
	claim({
		id: 'storage.signature',
		claim: 'A link with a wrong signature is refused with 403 `AuthenticationFailed`, in `x-ms-error-code` too.',
		source: 'documented for Azure Storage',
		affects: 'on 401 and 403 the node asks for a new link once',
		ifNot: 'A link that is over may end in an error where a new link would have helped.',
		emulator: 'storage.ts',
		from: [badSignature],
		judge: (answer) =>
			verdict(
				answer.status === 403 && storageCode(answer) === 'AuthenticationFailed',
				say`status ${answer.status}, code ${storageCode(answer)}`,
			),
	}),
	claim({
		id: 'storage.length',
		claim: '`Content-Length` is the length of the result.',
		source: 'general Azure',
		affects: 'whether a download is complete; File: Max Download Size before the download',
		ifNot: 'Completeness is judged by MD5, or by the JSON or gzip being whole.',
		emulator: 'delivery.ts',
		from: [blob],
		judge(answer) {
			const { headers, body } = whole(answer);
			return verdict(
				Number(headers['content-length']) === body.length,
				headers['content-length'] === undefined ? say`none` : say`${Number(headers['content-length'])} for ${body.length} bytes`,
			);
		},
	}),
	claim({
		id: 'storage.md5',
		claim: '`Content-MD5` is the MD5 of the result.',
		source: 'general Azure; often missing for uploads in blocks',
		affects: 'the content is checked where there is one',
		ifNot: 'Without it, a damaged result is only noticed by its length or form.',
		emulator: 'behaviour md5',
		from: [blob],
		judge(answer) {
			const { headers, body } = whole(answer);
			const given = headers['content-md5'];
			return verdict(given === md5(body), given === undefined ? say`none` : given === md5(body) ? say`right` : say`another one`);
		},
	}),
	claim({
		id: 'storage.etag',
		claim: 'The result has an `ETag`.',
		source: 'general Azure',
		affects: 'a download that goes on is of the same version',
		ifNot: 'A download that breaks starts again.',
		emulator: 'storage.ts',
		from: [blob],
		judge: (answer) =>
			verdict(whole(answer).headers.etag !== undefined, whole(answer).headers.etag === undefined ? say`none` : say`there is one`),
	}),
	claim({
		id: 'storage.encoding',
		claim: 'The result has no `Content-Encoding`.',
		source: 'unknown: none is our assumption',
		affects: 'length and MD5 are those of what is stored',
		ifNot: 'n8n may unpack on the way: then length and MD5 cannot be checked.',
		emulator: 'behaviour contentEncoding',
		from: [blob],
		judge(answer) {
			const encoding = whole(answer).headers['content-encoding'];
			return verdict(encoding === undefined, say`${encoding}`);
		},
	}),
	claim({
		id: 'storage.content-type',
		claim: "A script's result is served as `application/json`.",
		source: 'captured',
		affects: 'nothing: the node reads the bytes',
		ifNot: 'Nothing for the node.',
		emulator: 'behaviour contentType',
		from: [blob],
		judge(answer) {
			const type = whole(answer).headers['content-type'];
			return verdict(/^application\/json\b/i.test(type ?? ''), mediaType(type));
		},
	}),
	claim({
		id: 'storage.disposition',
		claim: "A script's result is served as an attachment `output_<action>_<index>.json`.",
		source: 'captured',
		affects: 'nothing: the node names transcripts itself',
		ifNot: 'Nothing for the node.',
		emulator: 'actions.ts',
		from: [blob],
		judge(answer) {
			const { headers, place } = whole(answer);
			const value = headers['content-disposition'];
			const right =
				value?.replaceAll('"', '').toLowerCase() === `attachment; filename=output_${place.id}_${place.index}.json`.toLowerCase();
			return verdict(right, right ? say`as captured` : value === undefined ? say`none` : say`another form`);
		},
	}),
	claim({
		id: 'storage.range',
		claim: '`Range` with `If-Match` gives the part: 206, with `Content-Range`.',
		source: 'general Azure, inferred for these blobs',
		affects: 'a download that breaks goes on where it was',
		ifNot: 'A download that breaks starts again; large files on a bad line may not arrive.',
		emulator: 'storage.ts',
		from: [part],
		judge({ whole: all, part: some }) {
			const total = all.body.length;
			const right =
				some.status === 206 && some.headers['content-range'] === `bytes 1-${total - 1}/${total}` && some.body.equals(all.body.subarray(1));
			return verdict(right, right ? say`206, the rest` : say`status ${some.status}, not the rest`);
		},
	}),
	claim({
		id: 'storage.range-etag',
		claim: 'A part has the same `ETag` as the whole.',
		source: 'general Azure',
		affects: 'parts of two versions are not joined',
		ifNot: 'A download that breaks starts again.',
		emulator: 'storage.ts',
		from: [part],
		judge(seen) {
			const { all, some } = partial(seen);
			return verdict(some.headers.etag === all.headers.etag, some.headers.etag === all.headers.etag ? say`the same` : say`another one`);
		},
	}),
	claim({
		id: 'storage.range-md5',
		claim: 'A part has the MD5 of the whole in `x-ms-blob-content-md5`.',
		source: 'documented for Azure Storage',
		affects: 'the content of a download that went on is checked where there is one',
		ifNot: 'The MD5 of the first answer is used; without either, only the length is checked.',
		emulator: 'storage.ts',
		from: [part],
		judge(seen) {
			const { all, some } = partial(seen);
			const given = some.headers['x-ms-blob-content-md5'];
			return verdict(given === md5(all.body), given === undefined ? say`none` : given === md5(all.body) ? say`right` : say`another one`);
		},
	}),
	claim({
		id: 'storage.if-match',
		claim: 'An `If-Match` of another version is answered 412.',
		source: 'general Azure, inferred for these blobs',
		affects: 'a blob that changed half-way is noticed',
		ifNot: 'It is noticed by the ETag of the part instead.',
		emulator: 'storage.ts',
		from: [otherVersion],
		judge: (answer) => verdict(answer.status === 412, say`status ${answer.status}`),
	}),
	claim({
		id: 'storage.beyond',
		claim: 'A part that begins after the end is answered 416.',
		source: 'documented for Azure Storage',
		affects: 'a blob that became shorter is noticed',
		ifNot: 'Nothing: such a download starts again.',
		emulator: 'storage.ts',
		from: [beyond],
		judge: (answer) => verdict(answer.status === 416, say`status ${answer.status}`),
	}),
];
