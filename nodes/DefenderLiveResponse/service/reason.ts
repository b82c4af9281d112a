import type { Failure } from './failure';
import { obstacleOf } from './obstacle';
import type { Sent } from './sent';

/** Why something was not done, in one word that workflows branch on. */
export type Reason =
	| 'parameter'
	| 'deviceBusy'
	| 'notFound'
	| 'notOnboarded'
	| 'ambiguous'
	| 'permission'
	| 'signIn'
	| 'sessionLimit'
	| 'rateLimit'
	| 'answerLost'
	| 'notAllowed'
	| 'taken'
	| 'network'
	| 'service'
	| 'cancelled';

/** By the service's code. Source: Microsoft's list of common errors and the page of each call. */
const BY_CODE: Record<string, Reason> = {
	ActiveRequestAlreadyExists: 'deviceBusy',
	ClientVersionNotSupported: 'notAllowed',
	DisabledFeature: 'notAllowed',
	DisallowedOperation: 'notAllowed',
	InvalidHashValue: 'parameter',
	InvalidInput: 'parameter',
	InvalidRequestBody: 'parameter',
	MissingRequiredParameter: 'parameter',
	NotFound: 'notFound',
	OsPlatformNotSupported: 'notAllowed',
	ResourceNotFound: 'notFound',
};

const BY_STATUS: Record<number, Reason> = { 401: 'signIn', 403: 'permission', 404: 'notFound', 429: 'rateLimit' };

/** What the service says of a 401 or 403 that is about the tenant or the device's group. Source: tests of other clients. */
const NOT_ALLOWED = /account mode|not provisioned|licen[cs]e|(remediation|protection|automation) level/i;

/** What it says of the limit on live responses that run at a time. */
const SESSIONS = /\bsessions?\b/i;

/** Why a call finally failed. */
export function reasonOfFailure(failure: Failure, sent: Sent): Reason {
	if (failure.kind === 'signIn') return obstacleOf(failure.code) ? 'network' : 'signIn';
	if (failure.kind === 'network') return sent === 'maybe' ? 'answerLost' : 'network';
	if (failure.kind === 'unreadable') return sent === 'no' ? 'service' : 'answerLost';
	const { code, status, message = '' } = failure;
	if (code !== undefined && Object.hasOwn(BY_CODE, code)) return BY_CODE[code];
	if (NOT_ALLOWED.test(message) && (status === 401 || status === 403)) return 'notAllowed';
	if (status === 429 && SESSIONS.test(message)) return 'sessionLimit';
	return BY_STATUS[status] ?? (sent === 'maybe' ? 'answerLost' : 'service');
}
