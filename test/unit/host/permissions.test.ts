import fc from 'fast-check';
import { permissionsOf } from '../../../nodes/DefenderLiveResponse/host/transport';
import { anyCharacter } from '../result/anyCharacter';
import { fuzz } from '../result/fuzzRuns';

const encoded = (payload: unknown) => Buffer.from(JSON.stringify(payload)).toString('base64url');
const tokenOf = (payload: unknown) => `${encoded({ alg: 'RS256' })}.${encoded(payload)}.c2lnbmF0dXJl`;

it.each<[string, { roles?: unknown; scp?: string; aud?: string }, string[]]>([
	['an application', { roles: ['Machine.LiveResponse', 'Machine.ReadWrite.All'] }, ['Machine.LiveResponse', 'Machine.ReadWrite.All']],
	['a user', { scp: 'Machine.LiveResponse Machine.ReadWrite' }, ['Machine.LiveResponse', 'Machine.ReadWrite']],
	['an application without permissions', { aud: 'x' }, []],
	['an application with an empty list', { roles: [] }, []],
	['a user with none', { scp: '' }, []],
	['a name in another script', { roles: ['Grüße.Read'] }, ['Grüße.Read']],
	['a list of something else', { roles: [5, null, 'Machine.Read.All', {}] }, ['Machine.Read.All']],
])('reads the permissions of %s', (_, payload, expected) => {
	const kind = payload.scp === undefined ? 'application' : 'delegated';
	expect(permissionsOf(tokenOf(payload))).toEqual({ kind, names: expected });
});

it.each([
	undefined,
	null,
	'',
	'opaque',
	'a.b.c',
	'..',
	'a.%%%.c',
	5,
	{},
	tokenOf(null),
	`x.${Buffer.from('{"roles":').toString('base64url')}.y`,
])('%j does not tell', (token) => {
	expect(permissionsOf(token)).toBeUndefined();
});

it('brings any list back, and reads anything without an exception', () => {
	fc.assert(
		fc.property(fc.array(fc.string({ unit: anyCharacter, minLength: 1 })), fc.string({ unit: anyCharacter }), (roles, any) => {
			expect(permissionsOf(tokenOf({ roles }))).toEqual({ kind: 'application', names: roles });
			permissionsOf(any);
			permissionsOf(`${any}.${any}`);
		}),
		fuzz(),
	);
});
