/* eslint-disable @n8n/community-nodes/require-node-api-error -- runs beside n8n, not in it */
import { decodeJwt, decodeProtectedHeader, compactVerify } from 'jose';
import type { App } from './apps';
import { EntraError } from './entraError';

const SKEW_S = 300;
const MAX_LIFE_S = 86_400;

/**
 * Checks a client assertion as Entra does (certificate-credentials.md): signed with a registered certificate,
 * which x5t (SHA-1) or x5t#S256 names; for this tenant's token URL; issued by the app for itself; short-lived.
 */
export async function checkClientAssertion(assertion: string, app: App, tokenUrl: string, now: number): Promise<void> {
	const seconds = now / 1000;
	let header: Record<string, unknown>;
	let claims: ReturnType<typeof decodeJwt>;
	try {
		header = decodeProtectedHeader(assertion) as Record<string, unknown>;
		claims = decodeJwt(assertion);
	} catch {
		throw new EntraError(50027, 'invalid_request', 'JWT token is invalid or malformed.');
	}
	if (header.alg !== 'RS256' && header.alg !== 'PS256') {
		throw new EntraError(5002738, 'invalid_client', `Invalid JWT token. '${header.alg}' is not a supported signature algorithm.`);
	}
	const certificate = app.certificates.find(({ sha1, sha256 }) => {
		if (header['x5t#S256'] !== undefined) return header['x5t#S256'] === sha256;
		return header.x5t === sha1;
	});
	if (!certificate) {
		throw new EntraError(
			700027,
			'invalid_client',
			`The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '${header['x5t#S256'] ?? header.x5t ?? ''}'].`,
		);
	}
	try {
		await compactVerify(assertion, certificate.publicKey);
	} catch {
		throw new EntraError(
			700027,
			'invalid_client',
			'Client assertion failed signature validation. [Reason - The key was found, but use of the key to verify the signature failed.].',
		);
	}
	const { aud, iss, sub, jti, exp, nbf } = claims;
	if (aud !== tokenUrl) {
		throw new EntraError(700023, 'invalid_client', `Client assertion audience claim does not match Realm issuer. Expected '${tokenUrl}'.`);
	}
	if (iss !== sub || sub?.toLowerCase() !== app.clientId.toLowerCase()) {
		throw new EntraError(700021, 'invalid_client', "Client assertion application identifier doesn't match 'client_id' parameter.");
	}
	if (!jti) throw new EntraError(50027, 'invalid_request', "JWT token is invalid or malformed: the 'jti' claim is missing.");
	const tooLong = exp === undefined || exp - (nbf ?? seconds) > MAX_LIFE_S;
	if (tooLong || exp <= seconds || (nbf ?? 0) > seconds + SKEW_S) {
		throw new EntraError(
			700024,
			'invalid_client',
			`Client assertion is not within its valid time range. Current time: ${new Date(now).toISOString()}, assertion valid from ${nbf}, expiry time of assertion ${exp}.`,
		);
	}
}
