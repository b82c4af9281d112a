import { randomUUID } from 'node:crypto';
import { bufferContent, type Content } from './content';

/** Start of every @odata.context: whatever host is called, the service names an internal one. */
export const METADATA = 'https://api-us.securitycenter.microsoft.com/api/$metadata';

/** An answer, before faults are applied to its delivery. */
export interface Reply {
	status: number;
	headers: Record<string, string>;
	body: Content;
}

export function textReply(status: number, contentType: string, text: string | Buffer, headers: Record<string, string> = {}): Reply {
	const bytes = Buffer.from(text);
	return { status, headers: { ...(bytes.length > 0 && { 'Content-Type': contentType }), ...headers }, body: bufferContent(bytes) };
}

export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
	return textReply(status, 'application/json; charset=utf-8', JSON.stringify(value), headers);
}

/** An error as the Defender API words it; `target` is the correlation id that support asks for. */
export function apiError(status: number, code: string, message: string, headers: Record<string, string> = {}): Reply {
	return jsonReply(status, { error: { code, message, target: randomUUID() } }, headers);
}

export function invalidBody(): Reply {
	return apiError(400, 'InvalidRequestBody', 'Request body is incorrect');
}

export function missingParameter(name: string): Reply {
	return apiError(400, 'MissingRequiredParameter', `Required parameter ${name} is missing`);
}

/** The captured form of a 429: the code is the text "429", not the documented TooManyRequests (I:4616). */
export function tooManyRequests(message: string, retryAfter: string | undefined): Reply {
	return apiError(429, '429', message, retryAfter === undefined ? {} : { 'Retry-After': retryAfter });
}
