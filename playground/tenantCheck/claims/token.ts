import { claim, verdict } from '../claim';
import { NotAsked } from '../notAsked';
import type { Asker, Observation } from '../observation';
import { otherAudience } from '../observations/errors';
import { say } from '../say';
import { refusedWith } from './judging';

const GUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
/** Other names of the same API, and its app id. */
const OTHER_NAMES = [
	'https://api.securitycenter.windows.com',
	'https://securitycenter.onmicrosoft.com/windowsatpservice',
	'fc780465-2017-40d4-a0c5-307022471b92',
];

const signIn: Observation<Asker> = { asks: 'the sign-in (client credentials)', make: async (asker) => asker };

export const TOKEN_CLAIMS = [
	claim({
		id: 'token.scope',
		claim: "Entra's v2 endpoint gives a token for the scope `{audience}/.default`.",
		source: 'documented for commercial; inferred for the government clouds from the v1 resources',
		affects: 'sign-in of the credential in every cloud',
		ifNot: 'The credential cannot sign in here: its cloud needs another scope, or the v1 endpoint with `resource`.',
		emulator: 'entra.ts',
		from: [signIn],
		judge: ({ token }) =>
			verdict(token.endpoint === 'v2', token.endpoint === 'v2' ? say`accepted` : say`refused; the v1 endpoint with resource gave a token`),
	}),
	claim({
		id: 'token.signing',
		claim: 'A certificate signs in with a PS256 assertion that names it by `x5t#S256`.',
		source: 'documented (newest page); clients use RS256 with `x5t`',
		affects: "the emulator's check of client assertions; n8n signs for the node",
		ifNot: 'Sign-in by certificate depends on the older form: compare what your n8n version sends.',
		emulator: 'clientAssertion.ts',
		from: [signIn],
		judge({ token }) {
			if (token.by !== 'certificate') throw new NotAsked('signed in with a client secret');
			return verdict(token.signing === 'PS256', token.signing === 'PS256' ? say`accepted` : say`refused; RS256 with x5t was accepted`);
		},
	}),
	claim({
		id: 'token.expires-in',
		claim: '`expires_in` is a number of seconds, about an hour.',
		source: 'documented; v1 answers with a text (inferred)',
		affects: 'renewal before a token expires',
		ifNot: 'A run of many hours may meet more or fewer renewals than expected; a token that is refused is always renewed.',
		emulator: 'tokenLifeMs',
		from: [signIn],
		judge: ({ token: { expiresIn } }) =>
			verdict(
				typeof expiresIn === 'number' && expiresIn > 3_000 && expiresIn < 5_400,
				typeof expiresIn === 'number' ? say`a number: ${expiresIn}` : say`a ${typeof expiresIn}`,
			),
	}),
	claim({
		id: 'token.audience',
		claim: 'The token is for the audience that was asked for, letter by letter.',
		source: 'inferred from clients that decode tokens',
		affects: 'the node compares `aud` with the known names of this API before it uses a stored token',
		ifNot:
			'The node knows the names below and ignores case and a slash at the end; an unknown one is used with a warning. Add it to the list.',
		emulator: 'settings.tokenVersion',
		from: [signIn],
		judge({ token, cloud }) {
			const aud = String(token.claims.aud ?? '');
			if (aud === cloud.audience) return verdict(true, say`as asked for`);
			const known = aud.toLowerCase().replace(/\/$/, '');
			if (known === cloud.audience.toLowerCase()) return verdict(false, say`the same but for case or a slash at the end`);
			return verdict(false, OTHER_NAMES.includes(known) ? say`another known name of this API` : say`an unknown name`);
		},
	}),
	claim({
		id: 'token.app',
		claim: 'The token names the app by `appid` (not `azp`).',
		source: 'general Entra: v1 tokens have `appid`, v2 tokens `azp`',
		affects: 'the node compares it with the Client ID before it uses a stored token',
		ifNot: 'The node reads both; with neither it cannot tell whose token it is and uses it as n8n gives it.',
		emulator: 'settings.tokenVersion',
		from: [signIn],
		judge({ token: { claims }, clientId }) {
			const same = (value: unknown) => String(value ?? '').toLowerCase() === clientId.toLowerCase();
			return verdict(
				same(claims.appid),
				same(claims.appid) ? say`appid is the app` : same(claims.azp) ? say`azp is the app` : say`neither appid nor azp is the app`,
			);
		},
	}),
	claim({
		id: 'token.tenant',
		claim: 'The token names the tenant by its GUID in `tid`.',
		source: 'general Entra',
		affects: 'the node compares it with the Tenant ID, where that is a GUID',
		ifNot: 'The node would fetch a new token for each execution.',
		emulator: 'tokens.ts',
		from: [signIn],
		judge: ({ token: { claims }, tenantId }) => {
			const tid = String(claims.tid ?? '').toLowerCase();
			const right = GUID.test(tenantId) ? tid === tenantId.toLowerCase() : GUID.test(tid);
			return verdict(right, right ? say`the tenant` : claims.tid === undefined ? say`no tid` : say`something else`);
		},
	}),
	claim({
		id: 'token.roles',
		claim: "An app's permissions are a list of names in `roles`.",
		source: 'documented',
		affects: 'error texts name the permission that is missing and those that the token has',
		ifNot: 'Error texts about permissions cannot say what the token has.',
		emulator: 'tokens.ts',
		from: [signIn],
		judge({ token: { claims } }) {
			if (claims.roles === undefined) throw new NotAsked('the app has no permission yet, so the token has no roles');
			const { roles } = claims;
			return Array.isArray(roles) ? verdict(true, say`a list of ${roles.length}`) : verdict(false, say`a ${typeof roles}`);
		},
	}),
	claim({
		id: 'token.other-audience',
		claim: 'A token for `https://api.security.microsoft.com` is refused with 403, although the API answers at that host.',
		source: 'documented in 2026; the code and text are inferred',
		affects: "the credential's fixed audience, and its text about a wrong one",
		ifNot: 'With 401 the error text speaks of the sign-in; with 200 both audiences work.',
		emulator: 'permissions.ts',
		from: [otherAudience],
		judge: (answer) => refusedWith(answer, 403),
	}),
];
