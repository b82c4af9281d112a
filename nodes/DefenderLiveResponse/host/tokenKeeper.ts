import type { IDataObject } from 'n8n-workflow';

/** An access token, with what n8n keeps beside it. */
export interface Token {
	accessToken: string;
	/** As n8n stores it. */
	data: IDataObject;
	/** Whether it was made in this execution rather than found with the credential. */
	isFresh: boolean;
}

type Fetch = () => Promise<Token>;

/**
 * The token of one sign-in, shared by the whole execution: a caller that finds none, or an expired one, waits for the
 * one that is being fetched.
 */
export class TokenKeeper {
	private token?: Token;

	private fetching?: Promise<Token>;

	/** Goes up with each token that is asked for. */
	private requested = 0;

	private isRenewedForConsent = false;

	/** The token in use; undefined before the first, and while it is replaced. */
	get current(): Token | undefined {
		return this.token;
	}

	/** What {@link offer} wants to know from before the credential was read. */
	get requestCount(): number {
		return this.requested;
	}

	/**
	 * Takes a token that was found with the credential.
	 *
	 * @param requestCount as it was before the credential was read: what was read before a renewal never replaces its token
	 */
	offer(token: Token, requestCount: number): void {
		if (requestCount === this.requested && !this.fetching) this.token = token;
	}

	/** @throws what `fetch` throws, to all who wait for it */
	async get(fetch: Fetch): Promise<Token> {
		return this.token ?? (await this.fetchOnce(fetch));
	}

	/** The token after one that was refused: the one that has replaced it meanwhile, or a new one. */
	async replacementOf(refused: Token, fetch: Fetch): Promise<Token> {
		if (this.token?.accessToken === refused.accessToken) this.token = undefined;
		return await this.get(fetch);
	}

	/**
	 * Whether a call that was refused for a missing permission may get another answer: consent may be newer than the
	 * token that it carried. For this a token is replaced once.
	 */
	async hasFresherThan(carried: Token, fetch: Fetch): Promise<boolean> {
		if (this.token?.accessToken === carried.accessToken) {
			if (this.isRenewedForConsent) return false;
			this.isRenewedForConsent = true;
		}
		return (await this.replacementOf(carried, fetch)).accessToken !== carried.accessToken;
	}

	private async fetchOnce(fetch: Fetch): Promise<Token> {
		if (!this.fetching) {
			this.requested++;
			this.fetching = fetch()
				.then((token) => (this.token = token))
				.finally(() => (this.fetching = undefined));
		}
		return await this.fetching;
	}
}
