import { BLOCKED_BY_N8N } from './obstacle';
import type { Secrets } from './secrets';
import { NO_SECRETS } from './secrets';

/** Why a request brought no usable answer, free of everything secret. */
export type Failure =
	| {
			kind: 'refused';
			status: number;
			retryAfter?: string;
			/** The service's code, such as `ActiveRequestAlreadyExists`. */
			code?: string;
			message?: string;
			/** What Microsoft's support asks for. */
			requestId?: string;
	  }
	/**
	 * The service answered as if all went well, and with nothing that can be read.
	 *
	 * @param expected as in "something that is not a valid …"
	 */
	| { kind: 'unreadable'; expected: string }
	/** No answer came, or it broke off. `syscall` is the system call that failed, such as `connect`, where it is known. */
	| { kind: 'network'; code: string; syscall?: string }
	| SignInFailure;

/** The sign-in failed, so the request did nothing. */
export interface SignInFailure {
	kind: 'signIn';
	/** The words of Microsoft Entra or of n8n; empty where the node found out by itself. */
	message: string;
	/** What the node found out. */
	reason?: SignInReason;
	/** These two where the token endpoint did not say why. */
	status?: number;
	code?: string;
	/** Set where the token endpoint said that a later try may succeed. */
	transient?: boolean;
}

/** Why there is no token of the credential's own tenant and app. */
export type SignInReason =
	/** The credential was there when the node began. */
	| 'gone'
	| 'noToken'
	| 'notConnected'
	/** It cannot be decided which sign-in it belongs to. */
	| 'unclear'
	/** The user's token names another tenant or app. */
	| 'otherTenant'
	| 'otherApp'
	| 'otherApi'
	/** The token that Microsoft Entra has just given does. */
	| 'gaveOther'
	/** A user has to sign in again. */
	| 'userOver';

/** No request was made, since there is no token for it. */
export class SignInFailed extends Error {
	constructor(readonly failure: SignInFailure) {
		super(failure.message);
	}
}

/** A failure that shows before an answer is read. */
export type CallFailure = Exclude<Failure, { kind: 'unreadable' }>;

type Unknown = Record<string, unknown>;

function isObject(value: unknown): value is Unknown {
	return typeof value === 'object' && value !== null;
}

function text(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A code or an id. Anything else may be an echo of the request. */
function safeWord(value: unknown, secrets: Secrets): string | undefined {
	const read = text(value);
	return read !== undefined && /^[\w.:|-]{1,100}$/.test(read) && secrets.redact(read) === read ? read : undefined;
}

/** An error and its causes, outermost first. n8n wraps what axios and its OAuth2 client throw. */
function chain(error: unknown): Unknown[] {
	const links: Unknown[] = [];
	for (let link = error; isObject(link) && links.length < 8; link = link.cause) links.push(link);
	return links;
}

/** Headers as axios keeps them (an object with lower-case names), or as a plain object. */
function header(headers: unknown, name: string): string | undefined {
	if (!isObject(headers)) return undefined;
	const value = headers[name];
	return typeof value === 'number' ? String(value) : text(value);
}

/** The failure in an answer with an error status. */
export function readRefusal(status: number, headers: unknown, body: unknown, secrets = NO_SECRETS): CallFailure {
	const details = isObject(body) && isObject(body.error) ? body.error : {};
	const message = text(details.message);
	return {
		kind: 'refused',
		status,
		retryAfter: header(headers, 'retry-after'),
		// Storage puts its code in a header; its body is XML.
		code: safeWord(details.code, secrets) ?? safeWord(header(headers, 'x-ms-error-code'), secrets),
		message: message && secrets.quote(message),
		requestId: safeWord(details.target, secrets) ?? safeWord(header(headers, 'x-ms-request-id'), secrets),
	};
}

/** What n8n and its OAuth2 client say when there is no token to send a request with. */
const SIGN_IN_TEXT =
	/acquire OAuth2 access token|credentials not connected|access token expired|needs to be reconnected|client authentication failed|accessTokenUri|clientSecret|clientCertificate|client assertion/i;

/** JavaScript's words of a program that met an answer which it did not expect: n8n's client reads a token of any form as a text. */
const PROGRAM_TEXT = /\[object |\bundefined\b|is not (?:a function|iterable)|Cannot (?:read|convert|set|use)|call stack|\bJSON\b/;

/** An answer that began well and broke off is an error of the connection. */
const BROKE_OFF = 'ECONNRESET';

/** Words and codes of Entra for a state that passes: an overload, a service behind it, a limit of the tenant. */
const TRANSIENT_SIGN_IN = /^(temporarily_unavailable|server_error)$|AADSTS(90006|90024|90033|90055)\b/;

function isTokenRequest(link: Unknown): boolean {
	return isObject(link.config) && /[/]oauth2[/]v2\.0[/]token/.test(text(link.config.url) ?? '');
}

/** What the token endpoint answered, or what kept it from answering; undefined where the sign-in went well. */
function signInFailure(links: Unknown[], secrets: Secrets): SignInFailure | undefined {
	const answer = links.find((link) => isObject(link.body) && text(link.body.error));
	if (answer && isObject(answer.body)) {
		const error = String(answer.body.error);
		const message = secrets.quote(text(answer.body.error_description) ?? error);
		const transient = [error, message].some((said) => TRANSIENT_SIGN_IN.test(said));
		return { kind: 'signIn', message, ...(transient && { transient }) };
	}
	const signInLink = links.find((link) => SIGN_IN_TEXT.test(text(link.message) ?? ''));
	if (!signInLink && !links.some(isTokenRequest)) return undefined;
	const cause = links.find((link) => isObject(link.response) || Number.isInteger(link.status));
	const status = cause && (isObject(cause.response) ? cause.response.status : cause.status);
	const words = text((signInLink ?? links[0]).message) ?? 'unknown error';
	const message = secrets.quote(words);
	if (status === undefined && PROGRAM_TEXT.test(words)) return { kind: 'signIn', message: '', reason: 'noToken' };
	if (Number(status) < 300) return { kind: 'signIn', message, code: BROKE_OFF };
	return { kind: 'signIn', message, status: Number.isInteger(status) ? Number(status) : undefined, code: errorCode(links, secrets) };
}

/** A system's code. n8n 1.x drops the cause of its errors and keeps the code only in `httpCode`. */
function errorCode(links: Unknown[], secrets: Secrets): string | undefined {
	if (links.some((link) => /^SsrfBlocked/.test(text(link.name) ?? ''))) return BLOCKED_BY_N8N;
	return links.map((link) => safeWord(link.code, secrets) ?? safeWord(link.httpCode, secrets)).find((code) => code !== undefined);
}

/** How Node.js begins the message of a failed system call, as in `connect ECONNREFUSED 10.0.0.1:443`. */
const SYSCALL_TEXT = /^([a-z]+) E[A-Z_]+\b/;

/** The system call of one error; n8n 1.x keeps it only in the messages that it has replaced. */
function syscallOf(error: unknown): string | undefined {
	if (!isObject(error)) return undefined;
	const messages = [error.message, ...(Array.isArray(error.messages) ? (error.messages as unknown[]) : [])];
	return text(error.syscall) ?? messages.map((message) => SYSCALL_TEXT.exec(text(message) ?? '')?.[1]).find(Boolean);
}

/** The system call that failed; of a connection that was tried at several addresses the one of all tries. */
function errorSyscall(links: Unknown[]): string | undefined {
	// The innermost error is the system's own.
	const syscall = links.map(syscallOf).findLast(Boolean);
	const tries = links.map(({ errors }) => errors).find((errors) => Array.isArray(errors) && errors.length > 0);
	if (syscall || !tries) return syscall;
	const all = new Set((tries as unknown[]).map(syscallOf));
	return all.size === 1 ? [...all][0] : undefined;
}

/** What n8n, its OAuth2 client and Entra say of a user who has to sign in again. */
const SIGN_IN_EXPIRED =
	/reconnect|no refresh token|invalid_grant|authorization grant|AADSTS(70000|70008|700082|50173|50076|50078|50079)\b/i;

/** Reads what n8n's helpers throw while they get a token. */
export function readSignInFailure(error: unknown, secrets: Secrets): SignInFailure {
	const failure = readFailure(error, secrets);
	if (failure.kind === 'signIn') return SIGN_IN_EXPIRED.test(failure.message) ? { ...failure, reason: 'userOver' } : failure;
	if (failure.kind === 'refused') return { kind: 'signIn', message: failure.message ?? '', status: failure.status };
	// No connection failed, so there was an answer without a token; the request after it was given up before.
	return failure.code === 'UNKNOWN' || failure.code === 'ERR_CANCELED'
		? { kind: 'signIn', message: '', reason: 'noToken' }
		: { kind: 'signIn', message: '', code: failure.code };
}

/**
 * Reads what n8n's request helpers throw.
 * Only named fields are taken over: the errors themselves carry the token, the client secret and the signed link.
 */
export function readFailure(error: unknown, secrets = NO_SECRETS): CallFailure {
	if (error instanceof SignInFailed) return error.failure;
	const links = chain(error);
	const signIn = signInFailure(links, secrets);
	if (signIn) return signIn;
	for (const link of links) {
		if (isObject(link.response) && Number.isInteger(link.response.status)) {
			const { status, headers, data } = link.response;
			return Number(status) < 300 ? { kind: 'network', code: BROKE_OFF } : readRefusal(Number(status), headers, data, secrets);
		}
	}
	// Without its cause, n8n's error still knows status and body.
	const dropped = links.find((link) => /^[1-5]\d\d$/.test(text(link.httpCode) ?? ''));
	if (dropped) {
		const context = isObject(dropped.context) ? dropped.context : {};
		return readRefusal(Number(dropped.httpCode), {}, context.data, secrets);
	}
	const syscall = errorSyscall(links);
	return { kind: 'network', code: errorCode(links, secrets) ?? 'UNKNOWN', ...(syscall && { syscall }) };
}
