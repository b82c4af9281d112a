import { randomUUID } from 'node:crypto';
import { jsonReply, type Reply } from './reply';

/** A refusal by Entra, e.g. AADSTS7000215. Wrong credentials are answered 401, everything else 400. */
export class EntraError extends Error {
	constructor(
		readonly code: number,
		readonly error: string,
		message: string,
	) {
		super(`AADSTS${code}: ${message}`);
	}

	reply(now: number): Reply {
		const [traceId, correlationId] = [randomUUID(), randomUUID()];
		const timestamp = new Date(now)
			.toISOString()
			.replace('T', ' ')
			.replace(/\.\d+Z/, 'Z');
		return jsonReply(this.error === 'invalid_client' ? 401 : 400, {
			error: this.error,
			error_description: `${this.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
			error_codes: [this.code],
			timestamp,
			trace_id: traceId,
			correlation_id: correlationId,
			error_uri: `https://login.microsoftonline.com/error?code=${this.code}`,
		});
	}
}
