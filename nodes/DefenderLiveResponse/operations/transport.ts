import type { IDataObject, IExecuteFunctions, IN8nHttpFullResponse } from 'n8n-workflow';
import type { Transport } from '../service/session';

export const CREDENTIAL = 'microsoftDefenderOAuth2Api';

/** The permissions that an access token names: `roles` of an application, `scp` of a user. Its signature is not the node's to check. */
export function permissionsOf(accessToken: unknown): string[] | undefined {
	if (typeof accessToken !== 'string') return undefined;
	try {
		const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8');
		const { roles, scp } = JSON.parse(payload) as { roles?: unknown; scp?: unknown };
		const listed = Array.isArray(roles) ? roles : typeof scp === 'string' ? scp.split(' ') : [];
		return listed.filter((name): name is string => typeof name === 'string' && name !== '');
	} catch {
		return undefined;
	}
}

async function grantedPermissions(context: IExecuteFunctions): Promise<string[] | undefined> {
	const { oauthTokenData } = await context.getCredentials<{ oauthTokenData?: IDataObject }>(CREDENTIAL);
	return permissionsOf(oauthTokenData?.access_token);
}

/** n8n's request helpers as the service wants them. */
export function transportOf(context: IExecuteFunctions): Transport {
	return {
		signed: async (options, alsoRenewOn403) =>
			(await context.helpers.httpRequestWithAuthentication.call(context, CREDENTIAL, options, {
				// n8n 1.x knows one status only; a 401 after a 403 is then not renewed, and was not expected.
				oauth2: alsoRenewOn403 ? { tokenExpiredStatusCode: 403 } : undefined,
			})) as IN8nHttpFullResponse,
		unsigned: async (options) => (await context.helpers.httpRequest(options)) as IN8nHttpFullResponse,
		grantedPermissions: async () => await grantedPermissions(context),
	};
}
