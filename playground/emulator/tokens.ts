import { generateKeyPairSync } from 'node:crypto';
import { SignJWT, decodeProtectedHeader, jwtVerify } from 'jose';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

export interface AccessToken {
	aud: string;
	appid: string;
	tid: string;
	/** Application permissions; absent where the app has none. */
	roles?: string[];
	/** Delegated permissions, separated by blanks. */
	scp?: string;
	upn?: string;
}

/** Signs an access token as Entra shapes it: `roles` for an app, `scp` for a user. */
export async function issueToken(token: AccessToken, issuer: string, now: number, lifeMs: number): Promise<string> {
	const seconds = Math.floor(now / 1000);
	return await new SignJWT({ ...token })
		.setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: 'emulator' })
		.setIssuer(issuer)
		.setIssuedAt(seconds)
		.setNotBefore(seconds)
		.setExpirationTime(Math.ceil((now + lifeMs) / 1000))
		.sign(privateKey);
}

/** The token of an Authorization header, if it is one of ours and not expired. */
export async function readToken(header: string | undefined, now: number): Promise<AccessToken | undefined> {
	const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header ?? '')?.[1];
	if (!token) return undefined;
	try {
		if (decodeProtectedHeader(token).alg !== 'RS256') return undefined;
		return (await jwtVerify<AccessToken>(token, publicKey, { currentDate: new Date(now) })).payload;
	} catch {
		return undefined;
	}
}
