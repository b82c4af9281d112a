import { DEFENDER_AUDIENCE } from './entra';
import { apiError, type Reply } from './reply';
import type { Operation } from './routes';
import type { AccessToken } from './tokens';

const READ_MACHINES = { roles: ['Machine.Read.All', 'Machine.ReadWrite.All'], scopes: ['Machine.Read', 'Machine.ReadWrite'] };
const READ_ACTIONS = { roles: ['Machine.ReadWrite.All'], scopes: ['Machine.ReadWrite'] };
const ISOLATE = { roles: ['Machine.Isolate'], scopes: ['Machine.Isolate'] };
const LIBRARY = { roles: ['Library.Manage'], scopes: ['Library.Manage'] };
const CANCEL = ['CollectForensics', 'Isolate', 'RestrictExecution', 'Scan', 'Offboard', 'StopAndQuarantine', 'LiveResponse'].map((name) => `Machine.${name}`);

/** Any one of these is enough, by today's documentation (sections 1.3 and 6.2). */
const NEEDED: Partial<Record<Operation, { roles: string[]; scopes: string[] }>> = {
	run: { roles: ['Machine.LiveResponse'], scopes: ['Machine.LiveResponse'] },
	isolate: ISOLATE,
	unisolate: ISOLATE,
	link: { roles: ['Machine.ReadWrite.All'], scopes: ['Machine.LiveResponse'] },
	'action.get': READ_ACTIONS,
	'action.list': READ_ACTIONS,
	'action.cancel': { roles: CANCEL, scopes: CANCEL },
	'machine.get': READ_MACHINES,
	'machine.list': READ_MACHINES,
	'library.list': LIBRARY,
	'library.upload': LIBRARY,
	'library.delete': LIBRARY,
};

/** The refusal of a token that lacks the permission for this operation. */
export function checkPermission(token: AccessToken, operation: Operation): Reply | undefined {
	// A token for the other product's audience fails with 403, whatever its roles; the wording is a guess.
	if (token.aud !== DEFENDER_AUDIENCE) return apiError(403, 'Forbidden', 'The token was issued for another audience.');
	const needed = NEEDED[operation];
	if (!needed) return undefined;
	// The wording for users is a guess after the one for applications, which is captured.
	const [kind, wanted, has] =
		token.scp === undefined ? (['roles', needed.roles, token.roles ?? []] as const) : (['scopes', needed.scopes, token.scp.split(' ')] as const);
	if (has.some((name) => wanted.includes(name))) return undefined;
	return apiError(403, 'Forbidden', `Missing application ${kind}. API required ${kind}: ${wanted.join(',')}, application ${kind}: ${has.join(',')}.`);
}
