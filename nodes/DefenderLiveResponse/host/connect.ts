import type { IExecuteFunctions, ILoadOptionsFunctions, IPollFunctions } from 'n8n-workflow';
import { newCallStats } from '../service/callStats';
import { systemClock } from '../service/clock';
import { withoutMaxWait } from '../service/deadline';
import { DefenderError } from '../service/errors';
import { getOrCreate } from '../service/getOrCreate';
import { limiter } from '../service/limiter';
import type { Limits } from '../service/pacing';
import type { Session } from '../service/session';
import type { CredentialFields, SignIn } from './credential';
import { CHECK_SECRETS, dependsOnItem, signInOf } from './credential';
import type { RequestContext } from './requestContext';
import { CREDENTIAL } from './requestContext';
import { TokenKeeper } from './tokenKeeper';
import { TokenSource } from './tokenSource';
import { transportOf } from './transport';

/** The number of items whose credential is read at the same time: each read is a query of n8n's database. */
const READ_AT_ONCE = 10;

/** The tokens of each execution, by its cancel signal: all of its nodes sign in to a tenant once. */
const executions = new WeakMap<AbortSignal, Map<string, TokenKeeper>>();

function keeperFor(context: RequestContext, { key }: SignIn): TokenKeeper {
	const execution = 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	if (!execution) return new TokenKeeper();
	const keepers = getOrCreate(executions, execution, () => new Map<string, TokenKeeper>());
	return getOrCreate(keepers, `${context.getNode().credentials?.[CREDENTIAL]?.id} ${key}`, () => new TokenKeeper());
}

/**
 * What calls share that are made for the same tenant and app.
 *
 * @param fields as they were last read
 * @param read reads them again
 */
function sessionOf(
	context: RequestContext,
	signIn: SignIn,
	fields: CredentialFields,
	read: () => Promise<CredentialFields>,
	resultLimits: Limits,
	signals: Pick<Session, 'signal' | 'userSignal'>,
): Session {
	const source = new TokenSource(context, signIn, fields, read, keeperFor(context, signIn));
	return {
		transport: transportOf(context, source),
		cloud: signIn.cloud,
		clock: systemClock,
		application: `${signIn.tenantId} ${signIn.clientId}`.toLowerCase(),
		caller: context,
		resultLimits,
		secrets: source.secrets,
		serviceClock: {},
		stats: newCallStats(),
		delivery: { sent: 'no' },
		deadline: withoutMaxWait(systemClock),
		learned: {},
		...signals,
	};
}

/** Whether n8n could not evaluate a field. */
function isExpressionError(error: unknown): error is Error {
	return error instanceof Error && (error.name === 'ExpressionError' || error.message.endsWith('[Error resolving credentials]'));
}

function noItem(n8nText = ''): DefenderError {
	return new DefenderError(
		'The credential depends on an item, but there is no item here',
		`A trigger, and a list in the editor, work without items. Give a trigger a credential without such expressions; in place of a list, enter the ID or name.${n8nText && ` n8n says: ${n8nText}`}`,
		{ reason: 'signIn' },
	);
}

/**
 * Reads the credential as n8n gives it.
 *
 * @throws DefenderError where n8n has no external secret of that name, or not the store; n8n's error otherwise
 */
async function readCredential(context: RequestContext, itemIndex?: number): Promise<CredentialFields> {
	return await context.getCredentials<CredentialFields>(CREDENTIAL, itemIndex).catch((error: unknown) => {
		if (!(error instanceof Error) || !error.message.startsWith('Could not load secrets')) throw error;
		const { description } = error as { description?: unknown };
		const n8nText = typeof description === 'string' ? ` n8n says: ${description}` : '';
		throw new DefenderError("n8n could not load the credential's external secrets", `${CHECK_SECRETS}${n8nText}`, { reason: 'signIn' });
	});
}

/**
 * The session of a trigger or a list, where there is no item.
 *
 * @throws DefenderError when a field of the credential depends on an item, or cannot be used
 */
export async function connect(
	context: IPollFunctions | ILoadOptionsFunctions,
	resultLimits: Limits,
	signal: AbortSignal | undefined,
): Promise<Session> {
	const read = async () => await readCredential(context);
	const fields = await read().catch((error: unknown) => {
		if (isExpressionError(error)) throw noItem(error.message);
		throw error;
	});
	if (dependsOnItem(fields)) throw noItem();
	return sessionOf(context, signInOf(fields), fields, read, resultLimits, { signal });
}

/**
 * The sessions of items: one for each tenant, app and cloud that the credential names for them.
 *
 * @returns gives an item's; throws DefenderError, or n8n's error, when its credential cannot be used
 * @throws the same when the credential cannot be used for any
 */
export async function connectItems(
	context: IExecuteFunctions,
	resultLimits: Limits,
	signals: Pick<Session, 'signal' | 'userSignal'>,
): Promise<(itemIndex: number) => Promise<Session>> {
	const sessions = new Map<string, Session>();
	const readFor = (itemIndex: number) => async () => await readCredential(context, itemIndex);
	const sessionFor = (fields: CredentialFields, itemIndex: number): Session => {
		const signIn = signInOf(fields);
		return getOrCreate(sessions, JSON.stringify([signIn.key, signIn.cloud]), () =>
			sessionOf(context, signIn, fields, readFor(itemIndex), resultLimits, signals),
		);
	};
	const first = await readFor(0)().catch((error: unknown) => {
		// Another item's may be there.
		if (isExpressionError(error) || error instanceof DefenderError) return undefined;
		throw error;
	});
	if (first && dependsOnItem(first) === false) {
		const session = sessionFor(first, 0);
		return async () => await Promise.resolve(session);
	}
	const inTurn = limiter(READ_AT_ONCE);
	return async (itemIndex) => sessionFor(await inTurn(readFor(itemIndex)), itemIndex);
}
