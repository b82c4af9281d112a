import type { Answer } from './calls';

/** Calls of the Defender API. */
export interface Api {
	/** `path` is what follows `/api`. */
	api(method: string, path: string, what: string, options?: ApiOptions): Promise<Answer>;
}
export interface ApiOptions {
	body?: unknown;
	form?: { body: Buffer; contentType: string };
	/** False: without a token. */
	signed?: boolean;
	/** Instead of the usual one. */
	token?: string;
	poll?: boolean;
}
