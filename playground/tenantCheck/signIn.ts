import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Answer, Calls } from './calls';
import type { Cloud } from './clouds';
import type { CertificateKey } from './certificate';
import { CouldNotRun } from './notAsked';
import type { Sensitive } from './sensitive';
import { signInRefused } from './advice/signIn';

/** An access token with what can be read in it. */
export interface Token {
	text: string;
	claims: Record<string, unknown>;
	/** As sent beside it. */
	expiresIn: unknown;
	/** Application permissions, or delegated ones. */
	permissions: string[];
	/** How it was asked for. */
	by: 'secret' | 'certificate';
	/** `v1`: the v2 endpoint refused the scope, the older one with `resource` did not. */
	endpoint: 'v2' | 'v1';
	/** With a certificate: the first way of signing that Entra accepted. */
	signing?: 'PS256' | 'RS256';
}
export type Proof = { kind: 'secret'; secret: string } | { kind: 'certificate'; key: CertificateKey };
export interface Identity {
	tenantId: string;
	clientId: string;
	proof: Proof;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Entra's codes for a scope or resource that it does not know in this form. */
const SCOPE_CODES = /AADSTS(?:500011|1002012|70011|650053)\b/;
/** For a key or signature that it does not accept. */
const SIGNATURE_CODES = /AADSTS(?:700027|5002738|50027|700023)\b/;
const ASSERTION_LIFE_S = 600;

/** Signs in as the app. @throws CouldNotRun with Entra's reason */
export async function signIn(calls: Calls, cloud: Cloud, identity: Identity, sensitive: Sensitive, now: () => number): Promise<Token> {
	const { proof } = identity;
	const signings: Array<Token['signing']> = proof.kind === 'certificate' ? ['PS256', 'RS256'] : [undefined];
	let answer = await requestToken(calls, cloud, identity, 'v2', signings[0], sensitive, now);
	let signing = signings[0];
	if (answer.status !== 200 && signings.length > 1 && SIGNATURE_CODES.test(descriptionOf(answer))) {
		signing = signings[1];
		answer = await requestToken(calls, cloud, identity, 'v2', signing, sensitive, now);
	}
	let endpoint: Token['endpoint'] = 'v2';
	if (answer.status !== 200 && SCOPE_CODES.test(descriptionOf(answer))) {
		const older = await requestToken(calls, cloud, identity, 'v1', signing, sensitive, now);
		if (older.status === 200) [answer, endpoint] = [older, 'v1'];
	}
	return readToken(answer, { by: proof.kind, endpoint, signing }, sensitive);
}

/** A token of the same app for another audience, or undefined where Entra gives none. */
export async function signInFor(
	calls: Calls,
	cloud: Cloud,
	identity: Identity,
	sensitive: Sensitive,
	now: () => number,
	signing: Token['signing'],
): Promise<Token | undefined> {
	const answer = await requestToken(calls, cloud, identity, 'v2', signing, sensitive, now);
	return answer.status === 200 ? readToken(answer, { by: identity.proof.kind, endpoint: 'v2', signing }, sensitive) : undefined;
}

async function requestToken(
	calls: Calls,
	cloud: Cloud,
	{ tenantId, clientId, proof }: Identity,
	endpoint: Token['endpoint'],
	signing: Token['signing'],
	sensitive: Sensitive,
	now: () => number,
): Promise<Answer> {
	const url = `${cloud.login}/${encodeURIComponent(tenantId)}/oauth2/${endpoint === 'v2' ? 'v2.0/' : ''}token`;
	const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId });
	if (endpoint === 'v2') form.set('scope', `${cloud.audience}/.default`);
	else form.set('resource', cloud.audience);
	if (proof.kind === 'secret') {
		form.set('client_secret', proof.secret);
	} else {
		const assertion = await signAssertion(proof.key, signing ?? 'PS256', clientId, url, now());
		sensitive.addSecret(assertion);
		form.set('client_assertion_type', ASSERTION_TYPE);
		form.set('client_assertion', assertion);
	}
	const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' };
	return await calls.make({ method: 'POST', url, headers, body: form.toString(), what: 'signing in', repeatable: true });
}

/** PS256 with x5t#S256 is what Entra's newest page shows, RS256 with x5t what the older ones did. */
async function signAssertion(
	key: CertificateKey,
	alg: 'PS256' | 'RS256',
	clientId: string,
	audience: string,
	nowMs: number,
): Promise<string> {
	const seconds = Math.floor(nowMs / 1000);
	return await new SignJWT({
		aud: audience,
		iss: clientId,
		sub: clientId,
		jti: randomUUID(),
		nbf: seconds,
		exp: seconds + ASSERTION_LIFE_S,
	})
		.setProtectedHeader({ typ: 'JWT', alg, ...(alg === 'PS256' ? { 'x5t#S256': key.sha256 } : { x5t: key.sha1 }) })
		.sign(key.privateKey);
}

function descriptionOf({ json }: Answer): string {
	const { error_description: description } = (json ?? {}) as Record<string, unknown>;
	return typeof description === 'string' ? description : '';
}

function readToken(answer: Answer, how: Pick<Token, 'by' | 'endpoint' | 'signing'>, sensitive: Sensitive): Token {
	const { access_token: text, expires_in: expiresIn } = (answer.json ?? {}) as Record<string, unknown>;
	if (answer.status !== 200) throw signInRefused(answer.status, descriptionOf(answer));
	if (typeof text !== 'string')
		throw new CouldNotRun('The sign-in was answered without a token', 'Check the login address: a proxy may have answered in its place.');
	sensitive.addSecret(text);
	const claims = claimsOf(text);
	const { roles, scp } = claims;
	return { text, claims, expiresIn, permissions: [...listOf(roles), ...listOf(scp)], ...how };
}

/** A list of names, or names in one text. */
function listOf(value: unknown): string[] {
	if (typeof value === 'string') return value.split(/[\s,]+/).filter(Boolean);
	return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

function claimsOf(token: string): Record<string, unknown> {
	try {
		const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
		return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? (claims as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}
