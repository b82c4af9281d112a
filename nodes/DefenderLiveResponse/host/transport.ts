import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
} from 'n8n-workflow';
import type { GrantedPermissions } from '../service/calls';
import { readAnswer } from '../service/answer';
import type { ByteStream } from '../service/byteStream';
import { systemClock } from '../service/clock';
import { readFailure } from '../service/failure';
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

/** Refused with the status for which n8n gets a fresh token: thrown, it does so. */
class TokenRefused extends Error {
	constructor(readonly response: { status: number; headers: IDataObject; data: unknown }) {
		super(`Refused with status ${response.status}`);
	}
}

/**
 * Sends a request so that refusals come back as answers, with the headers that say when to come again: errors of
 * n8n 1.x (tried with 1.123) have lost them. Answers are read as streams, so that none is longer than it may be, and
 * what is given up is ended on the wire.
 *
 * @param renewOn the status for which n8n gets a fresh token and asks once more
 */
async function sendSigned(context: RequestContext, options: IHttpRequestOptions, renewOn: 401 | 403) {
	const signal = options.abortSignal as AbortSignal | undefined;
	const read = async ({ body, ...response }: IN8nHttpFullResponse): Promise<IN8nHttpFullResponse> => {
		const content = await readAnswer(body as unknown as ByteStream, signal).catch((error: unknown) => {
			// Of a refusal the status is enough.
			if (response.statusCode >= 300) return undefined;
			throw error;
		});
		return { ...response, body: content as IN8nHttpFullResponse['body'] };
	};
	let refused: IN8nHttpFullResponse | undefined;
	/** n8n's own, between its signing of a request and what it does with a token that was refused. */
	const httpRequest = async (signed: IHttpRequestOptions) => {
		const response = (await context.helpers.httpRequest(signed)) as IN8nHttpFullResponse;
		if (response.statusCode !== renewOn || refused) return response;
		refused = await read(response);
		throw new TokenRefused({ status: renewOn, headers: refused.headers, data: refused.body });
	};
	const own = Object.create(context, {
		helpers: { value: Object.create(context.helpers, { httpRequest: { value: httpRequest } }) },
		// n8n puts this signal in place of a request's own.
		getExecutionCancelSignal: { value: () => signal },
	}) as RequestContext;
	const asked: IHttpRequestOptions = {
		...options,
		// Not packed on the way: there its length would say nothing of what comes out.
		headers: { ...options.headers, 'Accept-Encoding': 'identity' },
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
	};
	const oauth2 = { tokenExpiredStatusCode: renewOn };
	const sending = context.helpers.httpRequestWithAuthentication.call(own, CREDENTIAL, asked, { oauth2 });
	const response = await (sending as Promise<IN8nHttpFullResponse>)
		.catch((error: unknown) => {
			// n8n 1.x gets a fresh token for 401 only.
			const failure = readFailure(error);
			if (refused && failure.kind === 'refused' && failure.status === renewOn) return undefined;
			throw error;
		})
		// The token may be a new one, which the answer may hold. Whoever asks next learns what is wrong with reading it.
		.finally(async () => void (await context.getCredentials(CREDENTIAL).catch(() => undefined)));
	return response ? await read(response) : (refused as IN8nHttpFullResponse);
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
