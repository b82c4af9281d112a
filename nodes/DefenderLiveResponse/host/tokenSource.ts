import type { IDataObject } from 'n8n-workflow';
import { UserError } from 'n8n-workflow';
import { systemClock } from '../service/clock';
import type { SignInReason } from '../service/failure';
import { SignInFailed } from '../service/failure';
import { Secrets } from '../service/secrets';
import type { TokenComparison } from '../service/tokenOwner';
import { compareToken, readClaims } from '../service/tokenOwner';
import type { CredentialFields, SignIn } from './credential';
import { isMarkedFor, signInOf, tokenOf } from './credential';
import { renewForUser, signInAsApp } from './freshToken';
import type { RequestContext } from './requestContext';
import type { Token, TokenKeeper } from './tokenKeeper';

/** How long a credential counts as read, in ms: it may be deleted, and another process may renew its token. */
const READ_FOR_MS = 10_000;

const USER_REASONS: Record<NonNullable<TokenComparison['other']>, SignInReason> = {
	tenant: 'otherTenant',
	app: 'otherApp',
	api: 'otherApi',
	// The app's own, of before Grant Type was changed.
	grant: 'notConnected',
};

function refused(reason: SignInReason, message = ''): SignInFailed {
	return new SignInFailed({ kind: 'signIn', message, reason });
}

/** Whether n8n says that there is no such credential; its database's errors pass by themselves. */
function isCredentialGone(error: unknown): boolean {
	return error instanceof UserError || (error instanceof Error && /does not exist|was not found/i.test(error.message));
}

/** Gets the tokens of one sign-in, and refuses a token of any other. */
export class TokenSource {
	/** Of the credential, and all tokens. */
	readonly secrets = new Secrets();

	private readAt = systemClock.now();

	private reading?: Promise<void>;

	private gone?: SignInFailed;

	private hasWarned = false;

	/**
	 * @param fields as the credential was last read
	 * @param read reads it again, for the same item
	 * @param keeper shared by all of an execution that sign in alike
	 */
	constructor(
		private readonly context: RequestContext,
		private signIn: SignIn,
		fields: CredentialFields,
		private readonly read: () => Promise<CredentialFields>,
		private readonly keeper: TokenKeeper,
	) {
		this.secrets.add(...signIn.secrets);
		if (!keeper.current) this.offer(fields, keeper.requestCount);
	}

	get current(): Token | undefined {
		return this.keeper.current;
	}

	/** What n8n is to sign a request with. */
	credentialWith(token: Token): IDataObject {
		// Another node of the execution may have got it.
		this.addSecrets(token);
		// A token of a type that it does not know n8n would put into the address.
		return { ...this.signIn.oauth2, oauthTokenData: { access_token: token.accessToken, token_type: 'Bearer' } };
	}

	/** @throws SignInFailed */
	async token(): Promise<Token> {
		await this.refreshCredential();
		return await this.keeper.get(async () => await this.fetch());
	}

	/**
	 * A token instead of one that was refused.
	 *
	 * @throws SignInFailed
	 */
	async replacementOf(former: Token): Promise<Token> {
		return await this.keeper.replacementOf(former, async () => await this.fetch(former));
	}

	/** Whether a call that lacked a permission with a token may be answered otherwise: with a fresher one. */
	async hasFresherThan(carried: Token): Promise<boolean> {
		// Without a sign-in the refusal itself is reported.
		return await this.keeper.hasFresherThan(carried, async () => await this.fetch(carried)).catch(() => false);
	}

	/** Takes the token that n8n keeps with the credential, if it is this sign-in's. */
	private offer({ oauthTokenData }: CredentialFields, requestCount: number): void {
		const token = tokenOf(oauthTokenData, false);
		if (!token || !this.isOwnToken(token)) return;
		this.addSecrets(token);
		this.keeper.offer(token, requestCount);
	}

	/** Whether a token that was found with the credential can be used. */
	private isOwnToken(token: Token): boolean {
		const { isUser, dependsOnItem } = this.signIn;
		const isMarked = isMarkedFor(this.signIn, token);
		if (isMarked) return true;
		const { other, proven } = this.compare(token);
		if (other) return false;
		// The node cannot repeat a user's sign-in.
		if (isUser) return proven || !dependsOnItem;
		// Without the node's mark it is unknown which item's secret the token was issued for.
		if (dependsOnItem) return false;
		return proven || (isMarked === undefined && !readClaims(token.accessToken));
	}

	private compare({ accessToken }: Token): TokenComparison {
		const { tenantId, clientId, cloud, isUser } = this.signIn;
		const comparison = compareToken(readClaims(accessToken), { tenantId, clientId, audience: cloud.audience, isUser });
		if (comparison.unknownAudience && !this.hasWarned) {
			this.hasWarned = true;
			this.context.logger.warn(
				`The token of the tenant ${tenantId} is for ${comparison.unknownAudience}, which is not known as a name of the Defender API. The token is still used.`,
			);
		}
		return comparison;
	}

	private async fetch(former?: Token): Promise<Token> {
		const token = this.signIn.isUser ? await this.fetchForUser(former) : await signInAsApp(this.context, this.signIn, this.secrets);
		this.addSecrets(token);
		const { other, proven } = this.compare(token);
		if (this.signIn.isUser && other) throw refused(USER_REASONS[other]);
		if (other && other !== 'grant') throw refused('gaveOther');
		if (this.signIn.isUser && this.signIn.dependsOnItem && !proven) throw refused('unclear');
		return token;
	}

	/** The token that n8n keeps, unless it is the one that was refused: then a new one. */
	private async fetchForUser(former?: Token): Promise<Token> {
		const stored = tokenOf((await this.read()).oauthTokenData, false);
		if (!stored) throw refused('notConnected');
		// A refresh token is sent to the tenant's own token endpoint alone.
		if (stored.accessToken !== former?.accessToken || !this.isOwnToken(stored)) return stored;
		return await renewForUser(this.context, this.signIn, stored, this.secrets);
	}

	private async refreshCredential(): Promise<void> {
		if (this.gone) throw this.gone;
		if (!this.reading && Math.abs(systemClock.now() - this.readAt) >= READ_FOR_MS) {
			this.readAt = systemClock.now();
			this.reading = this.applyChanges().finally(() => (this.reading = undefined));
		}
		await this.reading;
	}

	/**
	 * Takes a new secret, and a token that another process has got. With another tenant, app or cloud the credential is
	 * another one: what has begun ends in the tenant in which it began.
	 */
	private async applyChanges(): Promise<void> {
		const { requestCount } = this.keeper;
		try {
			const fields = await this.read();
			const signIn = signInOf(fields);
			if (signIn.identity !== this.signIn.identity) return;
			this.signIn = signIn;
			this.secrets.add(...signIn.secrets);
			this.offer(fields, requestCount);
		} catch (error) {
			if (isCredentialGone(error)) this.gone = refused('gone', (error as Error).message);
		}
		if (this.gone) throw this.gone;
	}

	private addSecrets({ data }: Token): void {
		this.secrets.add(data.access_token, data.refresh_token, data.id_token);
	}
}
