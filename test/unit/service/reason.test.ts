import type { Failure } from '../../../nodes/DefenderLiveResponse/service/failure';
import type { Sent } from '../../../nodes/DefenderLiveResponse/service/delivery';
import type { Reason } from '../../../nodes/DefenderLiveResponse/service/reason';
import { notAllowedBy, reasonOfFailure } from '../../../nodes/DefenderLiveResponse/service/reason';

const refused = (status: number, more: { code?: string; message?: string } = {}): Failure => ({ kind: 'refused', status, ...more });
const network = (code: string): Failure => ({ kind: 'network', code });
const signIn = (code?: string): Failure => ({ kind: 'signIn', message: 'x', code });
const UNREADABLE: Failure = { kind: 'unreadable', expected: 'machine action' };

it.each<[string, Failure, Sent, Reason]>([
	...(
		[
			['ActiveRequestAlreadyExists', 'deviceBusy'],
			['ClientVersionNotSupported', 'notAllowed'],
			['DisabledFeature', 'notAllowed'],
			['DisallowedOperation', 'notAllowed'],
			['InvalidHashValue', 'parameter'],
			['InvalidInput', 'parameter'],
			['InvalidRequestBody', 'parameter'],
			['MissingRequiredParameter', 'parameter'],
			['NotFound', 'notFound'],
			['OsPlatformNotSupported', 'notAllowed'],
			['ResourceNotFound', 'notFound'],
		] as Array<[string, Reason]>
	).map(([code, reason]): [string, Failure, Sent, Reason] => [`the code ${code}`, refused(403, { code }), 'no', reason]),
	['a code that decides, whatever the words are', refused(403, { code: 'NotFound', message: 'no licence' }), 'no', 'notFound'],
	['a code that is not known', refused(403, { code: 'toString' }), 'no', 'permission'],
	['401', refused(401), 'no', 'signIn'],
	['403', refused(403), 'no', 'permission'],
	['404', refused(404), 'no', 'notFound'],
	['429', refused(429), 'no', 'rateLimit'],
	['429 for a session', refused(429, { message: 'No session is left' }), 'no', 'sessionLimit'],
	['429 for sessions', refused(429, { message: 'Too many sessions' }), 'no', 'sessionLimit'],
	['400 that is about a session', refused(400, { message: 'No such session' }), 'no', 'service'],
	['500', refused(500), 'no', 'service'],
	['500 of a request that may have arrived', refused(500), 'maybe', 'answerLost'],
	['401 for a licence', refused(401, { message: 'no licence' }), 'no', 'notAllowed'],
	['403 for a licence', refused(403, { message: 'no licence' }), 'no', 'notAllowed'],
	['400 that is about a licence', refused(400, { message: 'no licence' }), 'no', 'service'],
	['no connection', network('ECONNREFUSED'), 'no', 'network'],
	['a lost connection', network('ECONNRESET'), 'maybe', 'answerLost'],
	['an answer to a read that cannot be read', UNREADABLE, 'no', 'service'],
	['an answer to a write that cannot be read', UNREADABLE, 'yes', 'answerLost'],
	['a sign-in', signIn(), 'no', 'signIn'],
	['a sign-in that n8n blocked', signIn('SSRF_BLOCKED'), 'no', 'network'],
])('%s', (_, failure, sent, reason) => {
	expect(reasonOfFailure(failure, sent)).toBe(reason);
});

it.each<[string, Failure, ReturnType<typeof notAllowedBy>]>([
	['the word for a licence', refused(403, { message: 'no licence' }), 'licence'],
	['the words for an automation level', refused(403, { message: 'Remediation level is not set' }), 'automationLevel'],
	['a code for something else', refused(403, { code: 'DisabledFeature', message: 'no licence' }), 'other'],
	['a code for the input', refused(403, { code: 'InvalidInput', message: 'no licence' }), undefined],
	['other words', refused(403, { message: 'Missing application roles' }), undefined],
	['a lost connection', network('ECONNRESET'), undefined],
])('what is in the way according to %s', (_, failure, expected) => {
	expect(notAllowedBy(failure)).toBe(expected);
});
