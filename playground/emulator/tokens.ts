import { generateKeyPairSync } from 'node:crypto';
import { SignJWT, compactVerify } from 'jose';

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

/** A token of ours in an Authorization header, and whether its time has come and not passed. */
export interface CarriedToken {
	token: AccessToken;
	current: boolean;
}

/** The token of an Authorization header, if it is one of ours. */
export async function readToken(header: string | undefined, now: number): Promise<CarriedToken | undefined> {
	const text = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header ?? '')?.[1];
	if (!text) return undefined;
	try {
		const { payload } = await compactVerify(text, publicKey, { algorithms: ['RS256'] });
		const token = JSON.parse(new TextDecoder().decode(payload)) as AccessToken & { nbf: number; exp: number };
		return { token, current: now >= token.nbf * 1000 && now < token.exp * 1000 };
	} catch {
		return undefined;
	}
}
