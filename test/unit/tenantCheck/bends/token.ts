import { decodeJwt } from 'jose';
import type { Bend } from '../front';
import { all, always, on, refuse, status, url, type BendCase } from './bendCase';

const FORBIDDEN = 'Missing application roles. API required roles: X, application roles: Y.';
const probe = url('/runliveresponse');

/** Gives out tokens with other claims, and knows the real one when such a token comes back. */
function tokenClaims(change: (claims: Record<string, unknown>) => void): () => Bend {
	return () => {
		const real = new Map<string, string>();
		return {
			ask({ headers }) {
				const token = real.get((headers.authorization ?? '').replace('Bearer ', ''));
				return token === undefined ? undefined : { headers: { ...headers, authorization: `Bearer ${token}` } };
			},
			answer({ json }, { operation }) {
				if (operation !== 'token' || typeof json?.access_token !== 'string') return;
				const [head, , signature] = json.access_token.split('.');
				const claims: Record<string, unknown> = decodeJwt(json.access_token);
				change(claims);
				const changed = [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
				real.set(changed, json.access_token);
				json.access_token = changed;
			},
		};
	};
}

/** A v2 endpoint that refuses what `test` finds in the form; the older endpoint does not. */
function refusingSignIn(code: number, test: (form: URLSearchParams) => boolean): () => Bend {
	return () => ({
		ask({ operation, url: path, body, headers }) {
			const form = new URLSearchParams(body.toString());
			if (operation === 'token' && test(form)) {
				return {
					status: 400,
					headers: { 'content-type': 'application/json' },
					body: Buffer.alloc(0),
					json: { error: 'invalid_request', error_description: `AADSTS${code}: refused` },
				};
			}
			if (!path.endsWith('/oauth2/token')) return undefined;
			form.set('scope', `${form.get('resource')}/.default`);
			return { url: path.replace('/oauth2/token', '/oauth2/v2.0/token'), body: Buffer.from(form.toString()), headers };
		},
	});
}

const algOf = (form: URLSearchParams) =>
	JSON.parse(Buffer.from((form.get('client_assertion') ?? '').split('.')[0], 'base64url').toString() || '{}').alg as string | undefined;
const forOtherApi = ({ headers }: { headers: { authorization?: string } }) =>
	headers.authorization !== undefined && decodeJwt(headers.authorization.slice(7)).aud === 'https://api.security.microsoft.com';
const unsigned = ({ headers }: { headers: { authorization?: string } }) => headers.authorization === undefined;
const first = ({ query, headers }: { query: URLSearchParams; headers: { authorization?: string } }) =>
	[...query.keys()].join() === '$top' && query.get('$top') === '1' && !unsigned({ headers }) && !forOtherApi({ headers });

export const TOKEN_BENDS: BendCase[] = [
	{ id: 'token.scope', how: 'the v2 endpoint does not know the scope', bend: refusingSignIn(500011, (form) => form.has('scope')) },
	{ id: 'token.signing', how: 'PS256 is not accepted', certificate: true, bend: refusingSignIn(700027, (form) => algOf(form) === 'PS256') },
	{ id: 'token.expires-in', how: 'a text', bend: on('token', always, ({ json }) => void (json.expires_in = '3599')) },
	{
		id: 'token.audience',
		how: 'the app id of the API',
		bend: tokenClaims(
			(claims) =>
				void (claims.aud = claims.aud === 'https://api.security.microsoft.com' ? claims.aud : 'fc780465-2017-40d4-a0c5-307022471b92'),
		),
	},
	{ id: 'token.app', how: 'azp', bend: tokenClaims((claims) => void ([claims.azp, claims.appid] = [claims.appid, undefined])) },
	{ id: 'token.tenant', how: 'no tid', bend: tokenClaims((claims) => void (claims.tid = undefined)) },
	{
		id: 'token.roles',
		how: 'one text',
		bend: tokenClaims((claims) => void (claims.roles = (claims.roles as string[] | undefined)?.join(' '))),
	},
	{ id: 'token.other-audience', how: 'is accepted', bend: on('action.list', forOtherApi, (answer) => void (answer.status = 200)) },

	{ id: 'permission.run', how: 'is refused with the permission', bend: on('run', probe, refuse(403, 'Forbidden', FORBIDDEN)) },
	{ id: 'permission.run-probe', how: 'another code', bend: on('run', probe, refuse(404, 'NotFound')) },
	{ id: 'permission.isolate', how: 'is refused with the permission', bend: on('isolate', always, refuse(403, 'Forbidden', FORBIDDEN)) },
	{ id: 'permission.actions', how: 'is refused with the permission', bend: on('action.list', first, refuse(403, 'Forbidden', FORBIDDEN)) },
	{
		id: 'permission.link',
		how: 'is refused with the permission',
		bend: on('link', (_, { json }) => /^Machine action/.test(json?.error?.message ?? ''), refuse(403, 'Forbidden', FORBIDDEN)),
	},
	{
		id: 'permission.machines',
		how: 'is refused with the permission',
		bend: on('machine.list', first, refuse(403, 'Forbidden', FORBIDDEN)),
	},
	{
		id: 'permission.library',
		how: 'is refused with the permission',
		bend: on('library.list', always, refuse(403, 'Forbidden', FORBIDDEN)),
	},
	{
		id: 'permission.text',
		how: 'another text',
		prepare: ({ emulator }) =>
			emulator.apps.setRoles(emulator.app.clientId, ['Machine.LiveResponse', 'Machine.ReadWrite.All', 'Library.Manage']),
		bend: on('isolate', status(403), refuse(403, 'Forbidden', 'Insufficient privileges')),
	},
	{ id: 'permission.no-token', how: '403', bend: on('action.list', unsigned, refuse(403, 'Forbidden')) },

	{ id: 'error.unknown-action', how: '400', bend: on('action.get', status(404), refuse(400, 'InvalidInput')) },
	{ id: 'error.unknown-machine', how: '400', bend: on('machine.get', status(404), refuse(400, 'InvalidInput')) },
	{
		id: 'error.unknown-link',
		how: '400',
		bend: on('link', (_, { json }) => /^Machine action/.test(json?.error?.message ?? ''), refuse(400, 'InvalidInput')),
	},
	{ id: 'error.form', how: 'no target', bend: on('machine.get', status(404), ({ json }) => void delete json.error.target) },
	{ id: 'error.odata', how: 'another code', bend: on('action.list', all(url('noSuchProperty'), status(400)), refuse(400, 'BadRequest')) },
	{
		id: 'error.identity',
		how: 'says that it is packed',
		bend: on('action.get', status(404), ({ headers }) => void (headers['content-encoding'] = 'br')),
	},
	{
		id: 'service.clock',
		how: 'ten minutes behind',
		bend: on(
			'action.get',
			status(404),
			({ headers }) => void (headers.date = new Date(Date.parse(String(headers.date)) - 600_000).toUTCString()),
		),
	},
	{
		id: 'service.retry-after',
		how: 'a date',
		bend({ clock }) {
			let left = 1;
			return on('machine.list', url('startswith'), (answer) => {
				if (left-- <= 0) return;
				refuse(429, '429')(answer, undefined as never);
				answer.headers['retry-after'] = new Date(clock.now() + 3_000).toUTCString();
			})();
		},
	},
];
