import type { IDataObject } from 'n8n-workflow';
import { systemClock } from '../service/clock';
import { readSignInFailure, SignInFailed } from '../service/failure';
import type { Secrets } from '../service/secrets';
import { inTime } from '../service/silence';
import type { SignIn } from './credential';
import { withMark, tokenOf } from './credential';
import type { RequestContext } from './requestContext';
import { CREDENTIAL, withCredential } from './requestContext';
import type { Token } from './tokenKeeper';

/** Longest sign-in, in ms: n8n has no limit for it. */
const MAX_SIGN_IN_MS = 60_000;

/** @throws SignInFailed for what n8n throws, and when there is no answer in time or none with a token */
async function tokenInTime(signingIn: Promise<unknown>, secrets: Secrets): Promise<Token> {
	const data = await inTime(signingIn, systemClock, MAX_SIGN_IN_MS).catch((error: unknown) => {
		throw new SignInFailed(readSignInFailure(error, secrets));
	});
	const token = tokenOf(data, true);
	if (token) return token;
	throw new SignInFailed({ kind: 'signIn', message: '', reason: 'noToken' });
}

/**
 * A new token for an app that signs in as itself.
 *
 * n8n has no helper for this alone. Its request helper, given a credential without a token, gets one from the token
 * endpoint, puts it into that credential and stores it; the request that it would make then has been given up before.
 *
 * @throws SignInFailed
 */
export async function signInAsApp(context: RequestContext, signIn: SignIn, secrets: Secrets): Promise<Token> {
	const givenUp = AbortSignal.abort();
	let data: IDataObject = {};
	const credential = Object.defineProperty({ ...signIn.oauth2 }, 'oauthTokenData', {
		get: () => data,
		set: (given: unknown) => void (data = withMark(signIn, given)),
		enumerable: true,
	});
	const authenticated = withCredential(context, credential, givenUp);
	const options = { url: `${signIn.cloud.apiBaseUrl}/api/machineactions?$top=1`, abortSignal: givenUp };
	const request = authenticated.helpers.httpRequestWithAuthentication.call(authenticated, CREDENTIAL, options);
	const signingIn = request.then(
		() => data,
		(error: unknown) => (tokenOf(data, true) ? data : Promise.reject(error as Error)),
	);
	return await tokenInTime(signingIn, secrets);
}

/**
 * A new token for a user who has signed in, by the refresh token.
 *
 * @param stored what n8n keeps with the credential
 * @throws SignInFailed
 */
export async function renewForUser(context: RequestContext, signIn: SignIn, stored: Token, secrets: Secrets): Promise<Token> {
	const authenticated = withCredential(context, { ...signIn.oauth2, oauthTokenData: stored.data }, undefined);
	const renewing: Promise<unknown> = authenticated.helpers.refreshOAuth2Token.call(authenticated, CREDENTIAL);
	return await tokenInTime(renewing, secrets);
}
