/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import type { IncomingHttpHeaders } from 'node:http';
import type { Content } from './content';
import type { Reply } from './reply';

/** The part of some content that a request asks for; undefined where it asks for all of it. */
export interface Range {
	start: number;
	/** Not included. */
	end: number;
}

/** Reads `bytes=s-` and `bytes=s-e`; other forms are ignored, as HTTP allows. */
export function readRange(header: string | undefined, size: number): Range | undefined {
	const [, start, last] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? [];
	return start === undefined ? undefined : { start: Number(start), end: Math.min(size, last ? Number(last) + 1 : size) };
}

export function isOutside({ start, end }: Range, size: number): boolean {
	return start >= size || end <= start;
}

/** The answer with some content, or the part of it that is asked for. */
export function contentReply(content: Content, range: Range | undefined, headers: Record<string, string>): Reply {
	const { start, end } = range ?? { start: 0, end: content.size };
	return {
		status: range ? 206 : 200,
		headers: { ...headers, ...(range && { 'Content-Range': `bytes ${start}-${end - 1}/${content.size}` }) },
		body: { size: end - start, read: (from, to) => content.read(start + from, start + to) },
	};
}

/** Content as a plain web server sends it. */
export function ranged(
	content: Content,
	{ range: header, 'if-range': validator }: IncomingHttpHeaders,
	headers: Record<string, string>,
): Reply {
	const range = validator === undefined || validator === headers.ETag ? readRange(header, content.size) : undefined;
	if (range && isOutside(range, content.size)) {
		return { status: 416, headers: { 'Content-Range': `bytes */${content.size}` }, body: { size: 0, read: () => [] } };
	}
	return contentReply(content, range, headers);
}
