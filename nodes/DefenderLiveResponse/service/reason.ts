import type { Failure } from './failure';
import { obstacleOf } from './obstacle';
import type { Sent } from './delivery';

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

/** What keeps a tenant or a device from something that its token allows. */
type NotAllowed = 'licence' | 'automationLevel' | 'other';

/** What the service says of a 401 or 403 that is not about the sign-in or a permission. Source: tests of other clients. */
const WORDS: Array<[RegExp, NotAllowed]> = [
	[/\b(remediation|protection|automation)[ -]level|\bnot protected\b/i, 'automationLevel'],
	[/\baccount (mode|is (inactive|suspended|disabled|deactivated|expired))\b|provisioned|licen[cs]|\bsubscription\b/i, 'licence'],
];

/** What a refusal says is in the way besides sign-in and permissions; undefined where it does not say so. */
export function notAllowedBy(failure: Failure): NotAllowed | undefined {
	if (failure.kind !== 'refused') return undefined;
	const { code = '', status, message = '' } = failure;
	if (Object.hasOwn(BY_CODE, code)) return BY_CODE[code] === 'notAllowed' ? 'other' : undefined;
	if (status !== 401 && status !== 403) return undefined;
	return WORDS.find(([words]) => words.test(message))?.[1];
}

/** What it says of the limit on live responses that run at a time. */
const SESSIONS = /\bsessions?\b/i;

/** Why a call finally failed. */
export function reasonOfFailure(failure: Failure, sent: Sent): Reason {
	if (failure.kind === 'signIn') return obstacleOf(failure.code) ? 'network' : 'signIn';
	if (failure.kind === 'network') return sent === 'maybe' ? 'answerLost' : 'network';
	if (failure.kind === 'unreadable') return sent === 'no' ? 'service' : 'answerLost';
	const { code, status, message = '' } = failure;
	if (code !== undefined && Object.hasOwn(BY_CODE, code)) return BY_CODE[code];
	if (notAllowedBy(failure)) return 'notAllowed';
	if (status === 429 && SESSIONS.test(message)) return 'sessionLimit';
	return BY_STATUS[status] ?? (sent === 'maybe' ? 'answerLost' : 'service');
}
