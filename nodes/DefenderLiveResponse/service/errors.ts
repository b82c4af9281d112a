import { MAX_ANSWER_BYTES, MAX_LIST_BYTES } from './answer';
import type { CallKind, GrantedPermissions, ResponseAction } from './calls';
import type { Failure, SignInReason } from './failure';
import { LABELS } from './labels';
import { obstacleOf } from './obstacle';
import type { Limits } from './pacing';
import { SERVICE_LIMITS } from './pacing';
import type { Reason } from './reason';
import { notAllowedBy, reasonOfFailure } from './reason';
import { MAX_SERVICE_TEXT, redact } from './redact';
import { isTransient } from './retry';
import type { Sent } from './delivery';

/** What is known of an error besides its message and advice. */
interface Details {
	/** How the call failed; undefined where no call was made. */
	failure?: Failure;
	/** The service's own words, code and request id. */
	serviceText?: string;
	/** Whether the service may still have carried out the request. */
	sent?: Sent;
	/** Why, in one word, where it is not the failure of a call. */
	reason?: Reason;
}

/** A call that did not bring what it was made for. Holds texts for the user and nothing secret. */
export class DefenderError extends Error {
	readonly failure: Failure | undefined;

	readonly serviceText: string;

	readonly sent: Sent;

	readonly reason: Reason;

	constructor(
		message: string,
		readonly advice: string,
		{ failure, serviceText = '', sent = 'no', reason }: Details = {},
	) {
		super(message);
		this.failure = failure;
		this.serviceText = serviceText;
		this.sent = sent;
		this.reason = reason ?? (failure ? reasonOfFailure(failure, sent) : 'service');
	}

	/** What to do about it, then a note, then what the service said. */
	descriptionWith(note: string): string {
		const advice = note === '' ? this.advice : this.advice.replace(/[^.!?)]$/, '$&.');
		return [advice, note, this.serviceText].filter(Boolean).join(' ');
	}

	get description(): string {
		return this.descriptionWith('');
	}

	/** Everything, where there is one line for it. */
	get fullText(): string {
		return `${this.message}. ${this.description}`;
	}

	/** HTTP status, where the service answered. */
	get status(): number | undefined {
		return this.failure?.kind === 'refused' ? this.failure.status : undefined;
	}

	/** The service's code, where it sent one. */
	get code(): string | undefined {
		return this.failure?.kind === 'refused' ? this.failure.code : undefined;
	}
}

/** For `catch`: a refusal becomes a value; whatever else was thrown goes on its way. */
export function refusal(error: unknown): DefenderError {
	if (error instanceof DefenderError) return error;
	throw error;
}

/** For `catch`: a refusal with one of these statuses becomes undefined; whatever else was thrown goes on its way. */
export function ignoreStatus(...statuses: number[]): (error: unknown) => undefined {
	return (error) => {
		if (!statuses.some((status) => status === refusal(error).status)) throw error;
	};
}

interface Advice {
	message: string;
	advice: string;
}

/** What the service's codes mean to the user. Source: Microsoft's list of common errors and the page of each call. */
const BY_CODE: Record<string, Advice> = {
	ActiveRequestAlreadyExists: {
		message: 'The device is busy with another live response',
		advice: `A device runs one live response at a time, no matter who started it. Wait until it has ended, cancel it, or set ${LABELS.whenDeviceBusy} to Wait.`,
	},
	OsPlatformNotSupported: {
		message: "The device's operating system does not support this",
		advice: "See the system requirements of live response in Microsoft's documentation.",
	},
	ClientVersionNotSupported: {
		message: "The device's Defender version does not support this",
		advice:
			'Update Defender for Endpoint on the device. Or the device may only have been discovered and not be onboarded: use the ID of its onboarded record.',
	},
	DisabledFeature: {
		message: 'Live response is switched off in this tenant',
		advice:
			'In the Defender portal open Settings > Endpoints > Advanced features and switch on Live Response (and Live Response for Servers).',
	},
	DisallowedOperation: {
		message: 'Defender does not allow live response on this device',
		advice: "Give the device's group an automation level in Settings > Endpoints > Device groups: without one, live response is refused.",
	},
};

/** The same for response actions, where it is another thing. */
function byResponseCode(code: string, { name, systems }: ResponseAction): Advice | undefined {
	const advices: Record<string, Advice> = {
		ActiveRequestAlreadyExists: {
			message: `The device has an unfinished action of this kind already: ${name}`,
			advice: 'A device runs one action of each kind at a time, no matter who started it. Wait until it has ended, or cancel it.',
		},
		OsPlatformNotSupported: { message: `The device's operating system does not support ${name}`, advice: `Systems that do: ${systems}.` },
		ClientVersionNotSupported: {
			message: `The device's Defender version does not support ${name}`,
			advice: `Systems that do: ${systems}. Or the device may only have been discovered and not be onboarded: use the ID of its onboarded record.`,
		},
		DisabledFeature: {
			message: `${name} is switched off in this tenant`,
			advice: 'In the Defender portal open Settings > Endpoints > Advanced features, and check the licence of the tenant.',
		},
		DisallowedOperation: {
			message: `Defender does not allow ${name} on this device`,
			advice: "Check the automation level of the device's group in Settings > Endpoints > Device groups, and the licence of the tenant.",
		},
	};
	return Object.hasOwn(advices, code) ? advices[code] : undefined;
}

/** Of a refusal that has no code for it. */
const NO_LICENCE: Advice = {
	message: 'The tenant has no active licence for this, or Defender for Endpoint is not set up in it',
	advice:
		'Check in the Microsoft 365 admin center that the tenant has a licence for Defender for Endpoint Plan 2 that is not over, and open the Defender portal once so that it is set up. The credential does not have to be changed.',
};

/** What sign-in codes mean. Source: Microsoft's list of Entra authentication codes. */
const BY_SIGN_IN_CODE: Record<string, Advice> = {
	AADSTS7000215: { message: 'The client secret is wrong', advice: "Enter the secret's value in the credential, not its ID." },
	AADSTS7000222: {
		message: 'The client secret has expired',
		advice: 'Make a new secret for the app registration and enter it in the credential.',
	},
	AADSTS700016: {
		message: 'The app was not found in this tenant',
		advice: "Check Client ID and Tenant ID in the credential, and that the app's registration belongs to this tenant.",
	},
	AADSTS90002: { message: 'The tenant was not found', advice: 'Check Tenant ID and Cloud in the credential.' },
	AADSTS700027: {
		message: 'The certificate does not match the app registration',
		advice: "Upload the certificate's public part to the app registration, and enter the matching key and certificate in the credential.",
	},
	AADSTS65001: {
		message: 'The permissions of the app have not been granted',
		advice: 'Grant admin consent to the app registration (API permissions), then connect the credential again.',
	},
	AADSTS7000112: {
		message: 'The app is disabled in this tenant',
		advice: 'In the Microsoft Entra admin center, Enterprise applications, let users sign in to the app, or ask who disabled it.',
	},
	AADSTS53003: {
		message: 'Conditional Access does not let the app sign in from here',
		advice: "See the app's sign-in logs in the Microsoft Entra admin center for the policy, and let n8n's address in.",
	},
	AADSTS7000218: {
		message: 'The sign-in had neither a client secret nor a certificate',
		advice: 'Enter one of them in the credential. A certificate needs n8n 2.30 or later.',
	},
	AADSTS500011: {
		message: 'The tenant does not know the Defender API',
		advice: 'Check Cloud (and Audience) in the credential, and that the tenant has a licence for Defender for Endpoint.',
	},
};

/** What to do with a credential that was changed after a user had signed in. */
const CONNECT_AGAIN = 'Open the credential and connect it again: n8n keeps a sign-in when the credential is changed.';

/** Why there is no token of the credential's own tenant and app. */
const BY_SIGN_IN_REASON: Record<SignInReason, Advice> = {
	gone: {
		message: 'The credential was deleted, or this workflow may no longer use it',
		advice: 'Choose another credential in the node, or have it shared with you again. Defender continues what was already sent.',
	},
	noToken: {
		message: 'Microsoft Entra answered the sign-in without a token',
		advice: 'Check the cloud of the credential, and whether a proxy answers in place of Microsoft Entra.',
	},
	notConnected: { message: 'No user has signed in with the credential', advice: 'Open the credential and connect it.' },
	unclear: {
		message: 'The credential does not show which tenant its user has signed in to',
		advice: 'A signed-in user belongs to one tenant. Enter it as Tenant ID without an expression, or let the items name it by its GUID.',
	},
	otherTenant: { message: 'The user of the credential has signed in to another tenant', advice: CONNECT_AGAIN },
	otherApp: { message: 'The user of the credential has signed in to another app', advice: CONNECT_AGAIN },
	otherApi: { message: 'The user of the credential has signed in for another API or cloud', advice: CONNECT_AGAIN },
	gaveOther: {
		message: 'Microsoft Entra answered the sign-in with a token of another tenant, app or API',
		advice: 'Check Tenant ID, Client ID and Cloud in the credential, and whether a proxy answers in place of Microsoft Entra.',
	},
	userOver: { message: "The user's sign-in has ended", advice: 'Open the credential and connect it again.' },
};

const CHECK_CREDENTIAL = 'Check the credential: tenant, cloud, client ID and secret or certificate.';

function serviceTextOf(failure: Failure): string {
	if (failure.kind === 'unreadable') return '';
	if (failure.kind === 'network' || (failure.kind === 'signIn' && obstacleOf(failure.code))) return `(${failure.code})`;
	const serviceText = failure.message?.slice(0, MAX_SERVICE_TEXT) ?? '';
	if (failure.kind === 'signIn') {
		const firstLine = serviceText.split('\n')[0];
		if (firstLine === '') return '';
		if (failure.reason === 'gone') return `n8n says: ${firstLine}`;
		return isTransient(failure) ? `(${firstLine})` : `Microsoft Entra says: ${firstLine}`;
	}
	const parts = [
		serviceText && `Defender says: ${serviceText.replace(/[.\s]+$/, '')}`,
		failure.code && `Code: ${failure.code}`,
		failure.requestId && `Request ID: ${failure.requestId}`,
	];
	return parts.filter(Boolean).join('. ');
}

/** Says which permission a call needs and which ones the token has, if the token shows them. */
function permissionAdvice(call: CallKind, granted: GrantedPermissions | undefined): Advice {
	const roles = call.applicationRoles.join(' or ');
	const scopes = call.delegatedScopes.join(' or ');
	const needed = roles === scopes ? roles : `${roles} (delegated: ${scopes})`;
	const has = granted ? ` The token has: ${granted.names.join(', ') || 'none'}.` : '';
	const enough = granted?.kind === 'delegated' ? call.delegatedScopes : call.applicationRoles;
	if (granted?.names.some((name) => enough.includes(name))) {
		return {
			message: `Defender refused to ${call.purpose}, although the token has the permission`,
			advice: `Check the credential's cloud and audience, the tenant's licence and, for a signed-in user, the user's role and device groups. Needed: ${needed} of the API WindowsDefenderATP.${has}`,
		};
	}
	return {
		message: `Defender refused to ${call.purpose}: a permission is missing`,
		advice: `Add ${needed} of the API WindowsDefenderATP to the app registration and grant admin consent.${has}`,
	};
}

/** Says whose limit it is, as far as that is known, and how long the service asks to wait. */
function limitAdvice({ limitGroup }: CallKind, retryAfter: string | undefined, limits: Limits | undefined): Advice {
	const over = (own: number, service: number) => own === 0 || own > service;
	const { perMinute, perHour } = SERVICE_LIMITS.results;
	const isOwn = limitGroup === 'results' && limits && (over(limits.perMinute, perMinute) || over(limits.perHour, perHour));
	const seconds = /^\d{1,9}$/.test(retryAfter ?? '') ? Number(retryAfter) : 0;
	const waitAdvice = seconds > 60 ? `Defender asks to wait for ${Math.ceil(seconds / 60)} minutes. ` : '';
	return {
		message: 'Defender kept refusing because of its rate limit',
		advice: `${waitAdvice}${
			isOwn
				? `In the options lower '${LABELS.callsPerMinute}' and '${LABELS.callsPerHour}' to ${perMinute} and ${perHour}.`
				: 'Its limits apply to everything that uses this app in this tenant. Run fewer workflows with it at a time, or use a separate app registration for each.'
		}`,
	};
}

/** @param expected as in "something that is not a valid …" */
function unexpected(expected: string): Advice {
	return {
		message: `Defender answered with something that is not a valid ${expected}`,
		advice: 'Check that the API base URL of the credential is that of Defender, and that no proxy answers in its place.',
	};
}

function tooLong(maxBytes: number, { purpose }: CallKind): Advice {
	return {
		message: `Defender answered with more than ${maxBytes / 1024 / 1024} MB when it was asked to ${purpose}`,
		advice: 'Use a limit or filters to get less data. Check that no proxy answers in place of Defender.',
	};
}

/** A list whose pages together are longer than n8n could hold. */
export function listTooLong(call: CallKind): DefenderError {
	const { message, advice } = tooLong(MAX_LIST_BYTES, call);
	return new DefenderError(message, advice, { failure: { kind: 'network', code: 'ERR_ANSWER_TOO_LARGE' } });
}

/**
 * The refusal of an answer that is not the service's.
 *
 * @param sent whether the service may have done what it was asked for
 */
export function unexpectedResponse(expected: string, sent: Sent = 'no'): DefenderError {
	const { message, advice } = unexpected(expected);
	return new DefenderError(message, advice, { failure: { kind: 'unreadable', expected }, sent });
}

const NOT_REPEATED = 'The call was not repeated, since it may have been carried out. Check whether it was before you try again.';

function adviceFor(call: CallKind, failure: Failure, granted?: GrantedPermissions, limits?: Limits): Advice {
	if (failure.kind === 'unreadable') return unexpected(failure.expected);
	const obstacle = failure.kind === 'refused' ? undefined : obstacleOf(failure.code);
	if (obstacle) {
		return { message: obstacle.happened(failure.kind === 'signIn' ? 'Microsoft Entra' : 'Defender'), advice: obstacle.advice };
	}
	if (failure.kind === 'network' && failure.code === 'ERR_ANSWER_TOO_LARGE') return tooLong(MAX_ANSWER_BYTES, call);
	if (failure.kind === 'network') {
		return {
			message: `Defender could not be reached to ${call.purpose}`,
			advice: 'Check the network, the proxy and the cloud and region of the credential.',
		};
	}
	if (failure.kind === 'signIn') {
		if (failure.reason) return BY_SIGN_IN_REASON[failure.reason];
		if (isTransient(failure)) {
			return {
				message: 'Microsoft Entra could not be reached to sign in',
				advice: 'Check the network, the proxy and the cloud of the credential.',
			};
		}
		// n8n 1.x knows of no certificates, and does not ask Entra without a secret.
		const lacksProof = /"(clientSecret|clientCertificate)" to exist/.test(failure.message);
		const code = lacksProof ? 'AADSTS7000218' : (/AADSTS\d+/.exec(failure.message)?.[0] ?? '');
		const known = Object.hasOwn(BY_SIGN_IN_CODE, code) ? BY_SIGN_IN_CODE[code] : undefined;
		// n8n 1.x tells no more than this of a wrong client ID or secret.
		const generic = /client authentication failed/i.test(failure.message)
			? 'Microsoft Entra did not accept the client ID or its secret'
			: 'Microsoft Entra refused the sign-in';
		return known ?? { message: generic, advice: CHECK_CREDENTIAL };
	}
	const ofResponse = call.responseAction && byResponseCode(failure.code ?? '', call.responseAction);
	if (ofResponse) return ofResponse;
	if (failure.code !== undefined && Object.hasOwn(BY_CODE, failure.code)) return BY_CODE[failure.code];
	const inTheWay = notAllowedBy(failure);
	if (inTheWay === 'automationLevel') return adviceFor(call, { ...failure, code: 'DisallowedOperation' });
	if (inTheWay === 'licence') return NO_LICENCE;
	switch (failure.status) {
		case 401:
			return { message: `Defender did not accept the sign-in to ${call.purpose}`, advice: CHECK_CREDENTIAL };
		case 403:
			return permissionAdvice(call, granted);
		case 404:
			return {
				message: `Defender does not know this ${call.subject}`,
				advice: 'Check the ID or name, and that it belongs to the tenant and region of the credential.',
			};
		case 429:
			return limitAdvice(call, failure.retryAfter, limits);
		default:
			return failure.status >= 500
				? {
						message: `Defender could not ${call.purpose} at the moment`,
						advice: call.repeatable ? 'The call was repeated several times. Run the workflow again later.' : NOT_REPEATED,
					}
				: { message: `Defender refused to ${call.purpose}`, advice: 'Check the parameters of the node.' };
	}
}

/**
 * The text that a user reads when a call of the Defender API finally failed.
 *
 * @param granted the permissions of the token, where they matter
 * @param sent whether one of its tries may have arrived
 * @param limits the user's own for results, where they may be the reason
 */
export function describeFailure(
	call: CallKind,
	failure: Failure,
	granted?: GrantedPermissions,
	sent: Sent = 'no',
	limits?: Limits,
): DefenderError {
	const { message, advice } = adviceFor(call, failure, granted, limits);
	const isUncertain = sent === 'maybe' && !call.repeatable && advice !== NOT_REPEATED;
	const inFull = isUncertain ? `${advice} ${NOT_REPEATED}` : advice;
	return new DefenderError(message, inFull, { failure, serviceText: redact(serviceTextOf(failure)), sent });
}
