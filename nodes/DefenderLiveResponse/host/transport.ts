import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
} from 'n8n-workflow';
import type { GrantedPermissions } from '../service/calls';
import { systemClock } from '../service/clock';
import type { Secrets } from '../service/secrets';
import type { Transport } from '../service/session';

export const CREDENTIAL = 'microsoftDefenderOAuth2Api';

/** What n8n gives an operation, a trigger's poll or a picker to make requests with. */
export type RequestContext = IExecuteFunctions | IPollFunctions | ILoadOptionsFunctions;

/** The permissions that an access token names. Its signature is not the node's to check. */
export function permissionsOf(accessToken: unknown): GrantedPermissions | undefined {
	if (typeof accessToken !== 'string') return undefined;
	try {
		const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8');
		const { roles, scp } = JSON.parse(payload) as { roles?: unknown; scp?: unknown };
		if (typeof scp === 'string') return { kind: 'delegated', names: scp.split(' ').filter(Boolean) };
		// An application that was granted nothing has a token without roles.
		const names = (Array.isArray(roles) ? roles : []).filter((name): name is string => typeof name === 'string');
		return { kind: 'application', names };
	} catch {
		return undefined;
	}
}

async function grantedPermissions(context: RequestContext): Promise<GrantedPermissions | undefined> {
	const { oauthTokenData } = await context.getCredentials<{ oauthTokenData?: IDataObject }>(CREDENTIAL);
	return permissionsOf(oauthTokenData?.access_token);
}

/**
 * Sends a request so that refusals come back as answers, with the headers that say when to come again:
 * errors of n8n 1.x (tried with 1.123) have lost them.
 *
 * @param renewOn the status for which n8n gets a fresh token and asks once more
 */
async function sendSigned(context: RequestContext, options: IHttpRequestOptions, renewOn: 401 | 403) {
	const ask = async (asked: IHttpRequestOptions) => {
		try {
			return (await context.helpers.httpRequestWithAuthentication.call(context, CREDENTIAL, asked, {
				oauth2: { tokenExpiredStatusCode: renewOn },
			})) as IN8nHttpFullResponse;
		} finally {
			// The token may be a new one, which the answer may hold. Whoever asks next learns what is wrong with reading it.
			await context.getCredentials(CREDENTIAL).catch(() => undefined);
		}
	};
	const response = await ask({ ...options, ignoreHttpStatusErrors: { ignore: true, except: [renewOn] } });
	// n8n before 2.20 knows no exceptions and hands the 401 out; thrown, it leads to a fresh token there too.
	return response.statusCode === 401 ? await ask(options) : response;
}

/** What of the credential is secret. */
interface SecretFields {
	clientSecret?: unknown;
	privateKey?: unknown;
	oauthTokenData?: IDataObject;
}

function noteSecrets(secrets: Secrets, { clientSecret, privateKey, oauthTokenData }: SecretFields): void {
	const { access_token: access, refresh_token: refresh, id_token: id } = oauthTokenData ?? {};
	secrets.add(clientSecret, privateKey, access, refresh, id);
}

/** How long a credential is used before it is read again, in ms: another process may have renewed its token. */
const CREDENTIAL_READ_FOR_MS = 10_000;

/**
 * The context, whose credential is read once in a while. n8n's helper asks the context for it at each request, which
 * reads the database, decrypts and evaluates the credential's expressions: half of the time that a result took. It
 * puts a renewed token into what it was given, so that the next request has it.
 *
 * @param secrets is told what of each reading is secret
 */
export function withCredentialRead<Context extends RequestContext>(context: Context, secrets: Secrets): Context {
	let reading: Promise<SecretFields> | undefined;
	let readAt = 0;
	const getCredentials = async (): Promise<unknown> => {
		const now = systemClock.now();
		if (!reading || now - readAt >= CREDENTIAL_READ_FOR_MS) {
			readAt = now;
			reading = context.getCredentials<SecretFields>(CREDENTIAL);
		}
		const read = await reading.catch((error: unknown) => {
			reading = undefined;
			throw error;
		});
		noteSecrets(secrets, read);
		return read;
	};
	return Object.create(context, { getCredentials: { value: getCredentials } }) as Context;
}

/** n8n's request helpers as the service wants them, with the credential as `context` gives it. */
export function transportOf(context: RequestContext): Transport {
	return {
		signed: async (options, renewOn403) => await sendSigned(context, options, renewOn403 ? 403 : 401),
		unsigned: async (options) => (await context.helpers.httpRequest(options)) as IN8nHttpFullResponse,
		grantedPermissions: async () => await grantedPermissions(context),
	};
}
