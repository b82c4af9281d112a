/** Secrets that the emulator gave to its callers, so that a test can search for them where they must not be. */
export interface HandedOut {
	/** Access and refresh tokens. */
	tokens: string[];
	/** Download links, each with its signature. */
	links: string[];
}
