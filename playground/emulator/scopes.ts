import type { App } from './apps';
import { audienceKind, isOldName } from './audiences';
import { EntraError } from './entraError';
import type { Settings } from './settings';

/** What a v1 token is for where no resource is named: the old directory API. */
const DIRECTORY = '00000002-0000-0000-c000-000000000000';

/** Audience of a client credentials request to the v1 endpoint, as it is written there. */
export function resourceAudience(resource: string | null): string {
	return knownAudience(resource ?? DIRECTORY);
}

/** The same of the v2 endpoint, whose scope must be `{audience}/.default` and nothing else. */
export function scopeAudience(scope: string, settings: Settings): string {
	const parts = scope.split(' ').filter(Boolean);
	if (parts.some((part) => ['offline_access', 'openid', 'profile', 'email'].includes(part))) {
		throw new EntraError(
			70011,
			'invalid_scope',
			`The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
		);
	}
	if (parts.length !== 1 || !parts[0].endsWith('/.default')) {
		throw new EntraError(
			1002012,
			'invalid_scope',
			`The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
		);
	}
	return knownByV2(parts[0].slice(0, -'/.default'.length), settings);
}

/** What a user's token is for: all consented scopes with `.default`, or those named one by one. */
export function userScope(scope: string, app: App, settings: Settings): { audience: string; scp: string; offline: boolean } {
	const parts = scope.split(' ').filter(Boolean);
	const resources = parts.filter((part) => part.includes('/'));
	const audience = knownByV2((resources[0] ?? '').replace(/\/[^/]*$/, ''), settings);
	const names = resources.map((part) => part.slice(audience.length + 1));
	const scopes = names.includes('.default') ? app.scopes : app.scopes.filter((name) => names.includes(name));
	return { audience, scp: scopes.join(' '), offline: parts.includes('offline_access') };
}

function knownByV2(audience: string, { oldNameByV2 }: Settings): string {
	if (isOldName(audience) && !oldNameByV2) throw notFound(audience);
	return knownAudience(audience);
}

function knownAudience(audience: string): string {
	if (audienceKind(audience) === undefined) throw notFound(audience);
	return audience;
}

function notFound(audience: string): EntraError {
	return new EntraError(500011, 'invalid_resource', `The resource principal named ${audience} was not found in the tenant named Contoso.`);
}
