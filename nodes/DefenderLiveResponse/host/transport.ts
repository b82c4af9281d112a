import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import type { GrantedPermissions } from '../service/calls';
import { readAnswer } from '../service/answer';
import type { ByteStream } from '../service/byteStream';
import type { Transport } from '../service/session';
import { readClaims } from '../service/tokenOwner';
import type { RequestContext } from './requestContext';
import { CREDENTIAL, withCredential } from './requestContext';
import type { Token } from './tokenKeeper';
import type { TokenSource } from './tokenSource';

/** The permissions that an access token names. */
export function permissionsOf(accessToken: unknown): GrantedPermissions | undefined {
	const claims = readClaims(accessToken);
	if (!claims) return undefined;
	const { roles, scp } = claims;
	if (typeof scp === 'string') return { kind: 'delegated', names: scp.split(' ').filter(Boolean) };
	// An application that was granted nothing has a token without roles.
	const names = (Array.isArray(roles) ? roles : []).filter((name): name is string => typeof name === 'string');
	return { kind: 'application', names };
}

/** The answer with its content read: the JSON, or the text. */
async function read({ body, ...response }: IN8nHttpFullResponse, signal: AbortSignal | undefined): Promise<IN8nHttpFullResponse> {
	const content = await readAnswer(body as unknown as ByteStream, signal).catch((error: unknown) => {
		// Of a refusal the status is enough.
		if (response.statusCode >= 300) return undefined;
		throw error;
	});
	return { ...response, body: content as IN8nHttpFullResponse['body'] };
}

/**
 * Sends a request with a token, and gives a refusal as the answer that it is: errors of n8n 1.x have lost the headers
 * that say when to come again (tried with 1.123). And a 401 that is thrown makes n8n renew the token itself, by the
 * credential's id and with what is stored there last, which may be another tenant's.
 *
 * Answers are read as streams, so that none exceeds its limit, and an abandoned request is closed.
 */
async function send(context: RequestContext, source: TokenSource, token: Token, options: IHttpRequestOptions) {
	const signal = options.abortSignal as AbortSignal | undefined;
	const authenticated = withCredential(context, source.credentialWith(token), signal);
	const request: IHttpRequestOptions = {
		...options,
		// Not compressed in transit: the length would not limit the decompressed size.
		headers: { ...options.headers, 'Accept-Encoding': 'identity' },
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
	};
	// No status means an expired token, even if an answer breaks off and is thrown.
	const oauth2 = { tokenExpiredStatusCode: 0 };
	const sending = authenticated.helpers.httpRequestWithAuthentication.call(authenticated, CREDENTIAL, request, { oauth2 });
	return await read((await sending) as IN8nHttpFullResponse, signal);
}

/**
 * Whether a 401 may be asked again with a newer token. A write only where Defender itself refused it: anything in between
 * may have let it through.
 */
function mayRetryWithNewToken({ method = 'GET' }: IHttpRequestOptions, body: unknown): boolean {
	const code = (body as { error?: { code?: unknown } } | null)?.error?.code;
	return method === 'GET' || (typeof code === 'string' && code !== '');
}

/** n8n's request helpers as the service wants them, with the tokens of one sign-in. */
export function transportOf(context: RequestContext, source: TokenSource): Transport {
	const tokenOf = new WeakMap<IHttpRequestOptions, Token>();
	return {
		async signed(options) {
			let token = await source.token();
			for (let isRenewed = false; ; isRenewed = true) {
				tokenOf.set(options, token);
				const response = await send(context, source, token, options);
				// One that was found rather than made may be over as well.
				if (response.statusCode !== 401 || (isRenewed && token.isFresh) || !mayRetryWithNewToken(options, response.body)) return response;
				token = await source.replacementOf(token);
			}
		},
		async hasFresherToken(options) {
			const token = tokenOf.get(options);
			return token !== undefined && (await source.hasFresherThan(token));
		},
		unsigned: async (options) => (await context.helpers.httpRequest(options)) as IN8nHttpFullResponse,
		appNames() {
			const { appid, azp, app_displayname: name } = readClaims(source.current?.accessToken) ?? {};
			return [appid, azp, name].flatMap((each) => (typeof each === 'string' && each !== '' ? each.toLowerCase() : []));
		},
		grantedPermissions: () => permissionsOf(source.current?.accessToken),
	};
}
