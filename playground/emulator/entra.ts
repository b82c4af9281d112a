/* eslint-disable @n8n/community-nodes/require-node-api-error -- runs beside n8n, not in it */
import { createHash, randomUUID } from 'node:crypto';
import type { App } from './apps';
import { audienceKind } from './audiences';
import { checkClientAssertion } from './clientAssertion';
import { EntraError } from './entraError';
import type { HandedOut } from './handedOut';
import { jsonReply, textReply, type Reply } from './reply';
import { resourceAudience, scopeAudience, userScope } from './scopes';
import type { Settings } from './settings';
import type { Tenant } from './tenant';
import type { Tenants } from './tenants';
import { issueToken, type AccessToken } from './tokens';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const USER = 'analyst@contoso.example';

interface Grant {
	tenantId: string;
	clientId: string;
	audience: string;
	scp: string;
	offline: boolean;
	redirectUri?: string;
	challenge?: { value: string; method: string };
}
export interface TokenRequest {
	tenant: string;
	/** The URL as the client sees it: the audience of its assertion. */
	tokenUrl: string;
	/** The endpoint of version 1 takes a `resource` where the other takes a `scope`. */
	version: 1 | 2;
	authorization?: string;
	form: URLSearchParams;
}

/** Entra's endpoints for all tenants. */
export class Entra {
	private readonly codes = new Map<string, Grant>();
	private readonly refreshTokens = new Map<string, Grant>();

	constructor(
		private readonly tenants: Tenants,
		private readonly now: () => number,
		private readonly tokenLifeMs: number,
		private readonly settings: Settings,
		private readonly handedOut: HandedOut,
	) {}

	/** POST …/oauth2/v2.0/token and …/oauth2/token. */
	async token(request: TokenRequest): Promise<Reply> {
		try {
			return await this.grant(request, signsInAs(request));
		} catch (error) {
			if (error instanceof EntraError) return error.reply(this.now());
			throw error;
		}
	}

	private async grant(request: TokenRequest, { clientId, secret }: ReturnType<typeof signsInAs>): Promise<Reply> {
		const { form, version } = request;
		const { tenantId, apps } = this.mustFind(request.tenant);
		const type = form.get('grant_type');
		if (!type) throw new EntraError(900144, 'invalid_request', "The request body must contain the following parameter: 'grant_type'.");
		if (!clientId) throw new EntraError(900144, 'invalid_request', "The request body must contain the following parameter: 'client_id'.");
		const app = apps.find(clientId);
		if (!app) throw unknownApp(clientId);
		await this.authenticate(app, secret, request);
		switch (type) {
			case 'client_credentials': {
				const aud = version === 1 ? resourceAudience(form.get('resource')) : scopeAudience(form.get('scope') ?? '', this.settings);
				// Without consent Entra still issues a token; it has no roles.
				const roles = app.consented && audienceKind(aud) === 'own' && app.roles.length > 0 ? app.roles : undefined;
				return await this.issue({ aud, appid: app.clientId, tid: tenantId, roles }, version);
			}
			case 'authorization_code':
				return await this.issueForUser(this.redeem(form, app, tenantId), version);
			case 'refresh_token': {
				const grant = this.refreshTokens.get(form.get('refresh_token') ?? '');
				if (!isOf(grant, app, tenantId)) throw new EntraError(70000, 'invalid_grant', 'Provided grant is invalid or malformed.');
				return await this.issueForUser(grant, version);
			}
			default:
				throw new EntraError(70003, 'unsupported_grant_type', `The app requested an unsupported grant type '${type}'.`);
		}
	}

	private mustFind(tenant: string): Tenant {
		const found = this.tenants.find(tenant);
		if (found) return found;
		throw new EntraError(
			90002,
			'invalid_request',
			`Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
		);
	}

	private async authenticate(app: App, secret: string | undefined, { form, tokenUrl }: TokenRequest): Promise<void> {
		const assertion = form.get('client_assertion');
		if (assertion !== null) {
			if (form.get('client_assertion_type') !== ASSERTION_TYPE) {
				throw new EntraError(900144, 'invalid_request', "The request body must contain the following parameter: 'client_assertion_type'.");
			}
			return await checkClientAssertion(assertion, app, tokenUrl, this.now());
		}
		if (!secret)
			throw new EntraError(
				7000218,
				'invalid_client',
				"The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
			);
		const found = app.secrets.find(({ value }) => value === secret);
		if (!found)
			throw new EntraError(
				7000215,
				'invalid_client',
				`Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${app.clientId}'.`,
			);
		if (found.expired)
			throw new EntraError(7000222, 'invalid_client', `The provided client secret keys for app '${app.clientId}' are expired.`);
	}

	/** GET …/oauth2/v2.0/authorize: the user consents at once and is sent back with a code. */
	authorize(tenant: string, query: URLSearchParams): Reply {
		const redirectUri = query.get('redirect_uri') ?? '';
		try {
			const { tenantId, apps } = this.mustFind(tenant);
			const clientId = query.get('client_id') ?? '';
			const app = apps.find(clientId);
			if (!app) throw unknownApp(clientId);
			const target = new URL(redirectUri);
			const state = query.get('state');
			if (state !== null) target.searchParams.set('state', state);
			if (app.consented) {
				const code = randomUUID();
				const challenge = query.get('code_challenge');
				this.codes.set(code, {
					tenantId,
					clientId: app.clientId,
					...userScope(query.get('scope') ?? '', app, this.settings),
					redirectUri,
					...(challenge !== null && { challenge: { value: challenge, method: query.get('code_challenge_method') ?? 'plain' } }),
				});
				target.searchParams.set('code', code);
			} else {
				target.searchParams.set('error', 'consent_required');
				target.searchParams.set(
					'error_description',
					`AADSTS65001: The user or administrator has not consented to use the application with ID '${app.clientId}'.`,
				);
			}
			return textReply(302, 'text/html', '', { Location: target.href });
		} catch (error) {
			if (error instanceof EntraError) return error.reply(this.now());
			return new EntraError(900144, 'invalid_request', "The request must contain a valid parameter 'redirect_uri'.").reply(this.now());
		}
	}

	private redeem(form: URLSearchParams, app: App, tenantId: string): Grant {
		const code = form.get('code') ?? '';
		const grant = this.codes.get(code);
		this.codes.delete(code);
		if (!isOf(grant, app, tenantId))
			throw new EntraError(54005, 'invalid_grant', 'OAuth2 Authorization code was already redeemed or is not valid.');
		if (form.get('redirect_uri') !== grant.redirectUri)
			throw new EntraError(500112, 'invalid_grant', 'The reply address does not match the one of the authorization request.');
		const verifier = form.get('code_verifier') ?? '';
		if (grant.challenge) {
			const answer = grant.challenge.method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier;
			if (answer !== grant.challenge.value)
				throw new EntraError(
					501481,
					'invalid_grant',
					'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
				);
		}
		return grant;
	}

	private async issueForUser(grant: Grant, version: 1 | 2): Promise<Reply> {
		const more: Record<string, string> = { scope: grant.scp };
		if (grant.offline) {
			more.refresh_token = randomUUID();
			this.refreshTokens.set(more.refresh_token, grant);
			this.handedOut.tokens.push(more.refresh_token);
		}
		return await this.issue({ aud: grant.audience, appid: grant.clientId, tid: grant.tenantId, scp: grant.scp, upn: USER }, version, more);
	}

	/** Issues a token; the answer of the v1 endpoint has its numbers as texts, and some more of them. */
	private async issue(token: AccessToken, version: 1 | 2, more: Record<string, string> = {}): Promise<Reply> {
		const seconds = Math.floor(this.tokenLifeMs / 1000);
		const accessToken = await issueToken(token, this.settings.tokenVersion, this.now(), this.tokenLifeMs);
		this.handedOut.tokens.push(accessToken);
		const from = Math.floor(this.now() / 1000);
		const life =
			version === 1
				? {
						expires_in: `${seconds}`,
						ext_expires_in: `${seconds}`,
						expires_on: `${from + seconds}`,
						not_before: `${from}`,
						resource: token.aud,
					}
				: { expires_in: seconds, ext_expires_in: seconds };
		return jsonReply(200, { token_type: 'Bearer', ...life, access_token: accessToken, ...more }, { 'Cache-Control': 'no-store, no-cache' });
	}
}

/** The app that asks for a token, with its secret: in the body, or in a Basic header. */
export function signsInAs({ authorization, form }: Pick<TokenRequest, 'authorization' | 'form'>): { clientId?: string; secret?: string } {
	const basic = /^Basic (.+)$/i.exec(authorization ?? '');
	const [id, secret] = basic ? Buffer.from(basic[1], 'base64').toString().split(/:(.*)/s).map(decodeURIComponent) : [];
	return { clientId: form.get('client_id') ?? id, secret: form.get('client_secret') ?? secret };
}

function isOf(grant: Grant | undefined, app: App, tenantId: string): grant is Grant {
	return grant?.clientId === app.clientId && grant.tenantId === tenantId;
}

function unknownApp(clientId: string): EntraError {
	return new EntraError(
		700016,
		'unauthorized_client',
		`Application with identifier '${clientId}' was not found in the directory 'Contoso'.`,
	);
}
