import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { SignJWT, compactVerify } from 'jose';
import { DEFENDER_APP_ID, audienceKind } from './audiences';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

export interface AccessToken {
	aud: string;
	/** The app; `azp` in a token of version 2. */
	appid: string;
	tid: string;
	/** Application permissions; absent where the app has none. */
	roles?: string[];
	/** Delegated permissions, separated by blanks. */
	scp?: string;
	upn?: string;
}

/**
 * Signs an access token as Entra shapes it: `roles` for an app, `scp` for a user. In version 1 the audience is the name that was
 * asked for, in version 2 the app id of the API.
 */
export async function issueToken({ aud, appid, ...token }: AccessToken, version: 1 | 2, now: number, lifeMs: number): Promise<string> {
	const seconds = Math.floor(now / 1000);
	const ofVersion =
		version === 1
			? { aud, iss: `https://sts.windows.net/${token.tid}/`, appid, ver: '1.0' }
			: {
					aud: audienceKind(aud) === 'own' ? DEFENDER_APP_ID : aud,
					iss: `https://login.microsoftonline.com/${token.tid}/v2.0`,
					azp: appid,
					ver: '2.0',
				};
	// Two tokens of the same second differ. Source: Microsoft's reference of access token claims.
	const uti = randomBytes(16).toString('base64url');
	return await new SignJWT({ ...token, ...ofVersion, uti })
		.setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: 'emulator' })
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
		const { azp, ...claims } = JSON.parse(new TextDecoder().decode(payload)) as AccessToken & { azp: string; nbf: number; exp: number };
		const token = { ...claims, appid: claims.appid ?? azp };
		return { token, current: now >= claims.nbf * 1000 && now < claims.exp * 1000 };
	} catch {
		return undefined;
	}
}
