import { audienceKind } from './audiences';
import { apiError, type Reply } from './reply';
import type { Operation } from './routes';
import type { AccessToken } from './tokens';

const READ_MACHINES = { roles: ['Machine.Read.All', 'Machine.ReadWrite.All'], scopes: ['Machine.Read', 'Machine.ReadWrite'] };
const READ_ACTIONS = { roles: ['Machine.ReadWrite.All'], scopes: ['Machine.ReadWrite'] };
const WRITE_MACHINES = { roles: ['Machine.ReadWrite.All'], scopes: ['Machine.ReadWrite'] };
const same = (name: string) => ({ roles: [name], scopes: [name] });
const ISOLATE = same('Machine.Isolate');
const RESTRICT = same('Machine.RestrictExecution');
const LIBRARY = same('Library.Manage');
const CANCEL = ['CollectForensics', 'Isolate', 'RestrictExecution', 'Scan', 'Offboard', 'StopAndQuarantine', 'LiveResponse'].map(
	(name) => `Machine.${name}`,
);

/** Any one of these is enough, by today's documentation (sections 1.3 and 6.2). */
const NEEDED: Partial<Record<Operation, { roles: string[]; scopes: string[] }>> = {
	run: same('Machine.LiveResponse'),
	isolate: ISOLATE,
	unisolate: ISOLATE,
	scan: same('Machine.Scan'),
	restrict: RESTRICT,
	unrestrict: RESTRICT,
	quarantine: same('Machine.StopAndQuarantine'),
	collectPackage: same('Machine.CollectForensics'),
	packageLink: { roles: ['Machine.ReadWrite.All'], scopes: ['Machine.CollectForensics'] },
	link: { roles: ['Machine.ReadWrite.All'], scopes: ['Machine.LiveResponse'] },
	'action.get': READ_ACTIONS,
	'action.list': READ_ACTIONS,
	'action.cancel': { roles: CANCEL, scopes: CANCEL },
	'machine.get': READ_MACHINES,
	'machine.list': READ_MACHINES,
	'machine.tag': WRITE_MACHINES,
	'machine.tagMany': WRITE_MACHINES,
	'library.list': LIBRARY,
	'library.upload': LIBRARY,
	'library.delete': LIBRARY,
};

/** The refusal of a token that lacks the permission for this operation. */
export function checkPermission(token: AccessToken, operation: Operation): Reply | undefined {
	const kind = audienceKind(token.aud);
	// A token for the other Defender API fails with 403, whatever its roles; the wording is a guess.
	if (kind === 'otherDefender') return apiError(403, 'Forbidden', 'The token was issued for another audience.');
	if (kind !== 'own') return apiError(401, 'Unauthorized', 'Invalid or expired authorization header');
	const needed = NEEDED[operation];
	if (!needed) return undefined;
	// The wording for users is a guess after the one for applications, which is captured.
	const [permissions, wanted, has] =
		token.scp === undefined
			? (['roles', needed.roles, token.roles ?? []] as const)
			: (['scopes', needed.scopes, token.scp.split(' ')] as const);
	if (has.some((name) => wanted.includes(name))) return undefined;
	return apiError(
		403,
		'Forbidden',
		`Missing application ${permissions}. API required ${permissions}: ${wanted.join(',')}, application ${permissions}: ${has.join(',')}.`,
	);
}
