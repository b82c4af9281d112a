/** No answer came, or not all of it. */
export class NoAnswer extends Error {
	/** @param code Node's own, `TIMEOUT` or `TOO_LARGE` */
	constructor(readonly code: string) {
		super(`No answer (${code})`);
	}
}
