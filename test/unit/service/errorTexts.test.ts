import type { CallKind } from '../../../nodes/DefenderLiveResponse/service/calls';
import { CALLS, responseCall } from '../../../nodes/DefenderLiveResponse/service/calls';
import {
	DefenderError,
	describeFailure,
	listTooLong,
	refusal,
	unexpectedResponse,
} from '../../../nodes/DefenderLiveResponse/service/errors';
import type { Failure, SignInReason } from '../../../nodes/DefenderLiveResponse/service/failure';

const refused = (status: number, more: Partial<Failure> = {}) => ({ kind: 'refused', status, ...more }) as Failure;
const signIn = (message: string, more: Partial<Failure> = {}) => ({ kind: 'signIn', message, ...more }) as Failure;
const textsOf = (failure: Failure, kind: CallKind = CALLS.run) => {
	const { message, advice } = describeFailure(kind, failure);
	return [message, advice];
};

const BLOCKED =
	"The SSRF protection of n8n does not allow the address. Ask n8n's administrator to add the host to N8N_SSRF_ALLOWED_HOSTNAMES, or its addresses to N8N_SSRF_ALLOWED_IP_RANGES.";
const NOT_TRUSTED =
	"A proxy or firewall that inspects connections presents its own: ask n8n's administrator to add its authority by NODE_EXTRA_CA_CERTS.";
const CHECK = 'Check the credential: tenant, cloud, client ID and secret or certificate.';

it.each<[string, string, string]>([
	[
		'ActiveRequestAlreadyExists',
		'The device is busy with another live response',
		'A device runs one live response at a time, no matter who started it. Wait until it has ended, cancel it, or set When Device Is Busy to Wait.',
	],
	[
		'OsPlatformNotSupported',
		"The device's operating system does not support this",
		"See the system requirements of live response in Microsoft's documentation.",
	],
	[
		'ClientVersionNotSupported',
		"The device's Defender version does not support this",
		'Update Defender for Endpoint on the device. Or the device may only have been discovered and not be onboarded: use the ID of its onboarded record.',
	],
	[
		'DisabledFeature',
		'Live response is switched off in this tenant',
		'In the Defender portal open Settings > Endpoints > Advanced features and switch on Live Response (and Live Response for Servers).',
	],
	[
		'DisallowedOperation',
		'Defender does not allow live response on this device',
		"Give the device's group an automation level in Settings > Endpoints > Device groups: without one, live response is refused.",
	],
])("the service's code %s", (code, message, advice) => {
	for (const status of [400, 403, 409]) expect(textsOf(refused(status, { code }))).toEqual([message, advice]);
});

describe('of a response action', () => {
	const ISOLATE = responseCall('isolate the device', 'Machine.Isolate', {
		name: 'Isolate Device',
		type: 'Isolate',
		path: 'isolate',
		systems: 'Windows 11',
	});

	it.each<[string, string, string]>([
		[
			'ActiveRequestAlreadyExists',
			'The device has an unfinished action of this kind already: Isolate Device',
			'A device runs one action of each kind at a time, no matter who started it. Wait until it has ended, or cancel it.',
		],
		['OsPlatformNotSupported', "The device's operating system does not support Isolate Device", 'Systems that do: Windows 11.'],
		[
			'ClientVersionNotSupported',
			"The device's Defender version does not support Isolate Device",
			'Systems that do: Windows 11. Or the device may only have been discovered and not be onboarded: use the ID of its onboarded record.',
		],
		[
			'DisabledFeature',
			'Isolate Device is switched off in this tenant',
			'In the Defender portal open Settings > Endpoints > Advanced features, and check the licence of the tenant.',
		],
		[
			'DisallowedOperation',
			'Defender does not allow Isolate Device on this device',
			"Check the automation level of the device's group in Settings > Endpoints > Device groups, and the licence of the tenant.",
		],
	])("the service's code %s", (code, message, advice) => {
		expect(textsOf(refused(400, { code }), ISOLATE)).toEqual([message, advice]);
	});

	it.each([undefined, 'Else', 'toString'])('the code %s, which is not known', (code) => {
		expect(textsOf(refused(400, { code }), ISOLATE)).toEqual([
			'Defender refused to isolate the device',
			'Check the parameters of the node.',
		]);
	});
});

it.each([undefined, 'Else', 'toString'])('the code %s, which is not known', (code) => {
	expect(textsOf(refused(400, { code }))).toEqual(['Defender refused to run live response', 'Check the parameters of the node.']);
});

it.each<[string, string, string]>([
	[
		'AADSTS7000215: Invalid client secret provided.',
		'The client secret is wrong',
		"Enter the secret's value in the credential, not its ID.",
	],
	[
		'AADSTS7000222: The provided client secret keys are expired.',
		'The client secret has expired',
		'Make a new secret for the app registration and enter it in the credential.',
	],
	[
		'AADSTS700016: Application was not found.',
		'The app was not found in this tenant',
		"Check Client ID and Tenant ID in the credential, and that the app's registration belongs to this tenant.",
	],
	['AADSTS90002: Tenant not found.', 'The tenant was not found', 'Check Tenant ID and Cloud in the credential.'],
	[
		'AADSTS700027: Client assertion failed.',
		'The certificate does not match the app registration',
		"Upload the certificate's public part to the app registration, and enter the matching key and certificate in the credential.",
	],
	[
		'AADSTS500011: The resource principal was not found.',
		'The tenant does not know the Defender API',
		'Check Cloud (and Audience) in the credential, and that the tenant has a licence for Defender for Endpoint.',
	],
	[
		'AADSTS65001: The user has not consented.',
		'The permissions of the app have not been granted',
		'Grant admin consent to the app registration (API permissions), then connect the credential again.',
	],
	[
		'AADSTS7000112: The application is disabled.',
		'The app is disabled in this tenant',
		'In the Microsoft Entra admin center, Enterprise applications, let users sign in to the app, or ask who disabled it.',
	],
	[
		'AADSTS53003: Access has been blocked.',
		'Conditional Access does not let the app sign in from here',
		"See the app's sign-in logs in the Microsoft Entra admin center for the policy, and let n8n's address in.",
	],
	[
		'Expected "clientSecret" to exist',
		'The sign-in had neither a client secret nor a certificate',
		'Enter one of them in the credential. A certificate needs n8n 2.30 or later.',
	],
	['AADSTS50034: something else', 'Microsoft Entra refused the sign-in', CHECK],
	['Client authentication failed', 'Microsoft Entra did not accept the client ID or its secret', CHECK],
	['OAuth credentials not connected', 'Microsoft Entra refused the sign-in', CHECK],
])('the sign-in refused with "%s"', (words, message, advice) => {
	expect(textsOf(signIn(words))).toEqual([message, advice]);
});

const CONNECT_AGAIN = 'Open the credential and connect it again: n8n keeps a sign-in when the credential is changed.';

it.each<[SignInReason, string, string]>([
	[
		'gone',
		'The credential was deleted, or this workflow may no longer use it',
		'Choose another credential in the node, or have it shared with you again. Defender continues what was already sent.',
	],
	[
		'noToken',
		'Microsoft Entra answered the sign-in without a token',
		'Check the cloud of the credential, and whether a proxy answers in place of Microsoft Entra.',
	],
	['notConnected', 'No user has signed in with the credential', 'Open the credential and connect it.'],
	[
		'unclear',
		'The credential does not show which tenant its user has signed in to',
		'A signed-in user belongs to one tenant. Enter it as Tenant ID without an expression, or let the items name it by its GUID.',
	],
	['otherTenant', 'The user of the credential has signed in to another tenant', CONNECT_AGAIN],
	['otherApp', 'The user of the credential has signed in to another app', CONNECT_AGAIN],
	['otherApi', 'The user of the credential has signed in for another API or cloud', CONNECT_AGAIN],
	[
		'gaveOther',
		'Microsoft Entra answered the sign-in with a token of another tenant, app or API',
		'Check Tenant ID, Client ID and Cloud in the credential, and whether a proxy answers in place of Microsoft Entra.',
	],
	['userOver', "The user's sign-in has ended", 'Open the credential and connect it again.'],
])('there is no token (%s)', (reason, message, advice) => {
	expect(textsOf(signIn('', { reason }))).toEqual([message, advice]);
});

it.each<[string, Failure, string, string]>([
	[
		'a sign-in that met no answer',
		signIn('x', { code: 'ENOTFOUND' }),
		'Microsoft Entra could not be reached to sign in',
		'Check the network, the proxy and the cloud of the credential.',
	],
	[
		'no answer',
		{ kind: 'network', code: 'ECONNRESET' },
		'Defender could not be reached to run live response',
		'Check the network, the proxy and the cloud and region of the credential.',
	],
	["n8n's own protection", { kind: 'network', code: 'SSRF_BLOCKED' }, 'The connection to Defender was blocked by n8n', BLOCKED],
	[
		"n8n's own protection of the sign-in",
		signIn('x', { code: 'SSRF_BLOCKED' }),
		'The connection to Microsoft Entra was blocked by n8n',
		BLOCKED,
	],
	[
		'a certificate of no one',
		{ kind: 'network', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
		'The certificate that Defender was reached with is not trusted',
		NOT_TRUSTED,
	],
	[
		'a certificate of no one at the sign-in',
		signIn('x', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
		'The certificate that Microsoft Entra was reached with is not trusted',
		NOT_TRUSTED,
	],
	[
		'an answer that is too long',
		{ kind: 'network', code: 'ERR_ANSWER_TOO_LARGE' },
		'Defender answered with more than 64 MB when it was asked to run live response',
		'Use a limit or filters to get less data. Check that no proxy answers in place of Defender.',
	],
	[
		'an answer to the sign-in that is too long',
		signIn('x', { code: 'ERR_ANSWER_TOO_LARGE' }),
		'Microsoft Entra refused the sign-in',
		CHECK,
	],
	[
		'a code of the service that is also one of a connection',
		refused(400, { code: 'CERT_REVOKED' }),
		'Defender refused to run live response',
		'Check the parameters of the node.',
	],
	['400', refused(400), 'Defender refused to run live response', 'Check the parameters of the node.'],
	['401', refused(401), 'Defender did not accept the sign-in to run live response', CHECK],
	[
		'403, for want of an automation level',
		refused(403, { message: 'The device has no automation level' }),
		'Defender does not allow live response on this device',
		"Give the device's group an automation level in Settings > Endpoints > Device groups: without one, live response is refused.",
	],
	[
		'403, for want of a licence',
		refused(403, { message: 'The subscription of the tenant has expired' }),
		'The tenant has no active licence for this, or Defender for Endpoint is not set up in it',
		'Check in the Microsoft 365 admin center that the tenant has a licence for Defender for Endpoint Plan 2 that is not over, and open the Defender portal once so that it is set up. The credential does not have to be changed.',
	],
	[
		'404',
		refused(404),
		'Defender does not know this device',
		'Check the ID or name, and that it belongs to the tenant and region of the credential.',
	],
	[
		'429',
		refused(429),
		'Defender kept refusing because of its rate limit',
		'Its limits apply to everything that uses this app in this tenant. Run fewer workflows with it at a time, or use a separate app registration for each.',
	],
	['499', refused(499), 'Defender refused to run live response', 'Check the parameters of the node.'],
	[
		'500',
		refused(500),
		'Defender could not run live response at the moment',
		'The call was not repeated, since it may have been carried out. Check whether it was before you try again.',
	],
])('%s', (_, failure, message, advice) => {
	expect(textsOf(failure)).toEqual([message, advice]);
});

it.each<[string, Failure, string]>([
	['a licence is missing', refused(403, { message: 'The tenant has no licence' }), 'notAllowed'],
	['a permission is missing', refused(403), 'permission'],
	['the tenant has no session left', refused(429, { message: 'Too many live response sessions' }), 'sessionLimit'],
	['the tenant has no call left', refused(429, { message: 'Too many calls' }), 'rateLimit'],
])('where %s, workflows can branch on it', (_, failure, reason) => {
	expect(describeFailure(CALLS.run, failure).reason).toBe(reason);
});

describe('429 of results', () => {
	const advice = (perMinute: number, perHour: number, kind: CallKind = CALLS.resultLink, retryAfter?: string) =>
		describeFailure(kind, refused(429, { retryAfter } as Partial<Failure>), undefined, 'no', { perMinute, perHour }).advice;
	const OWN = "In the options lower 'Rate: Calls per Minute' and 'Rate: Calls per Hour' to 100 and 1500.";
	const OTHERS =
		'Its limits apply to everything that uses this app in this tenant. Run fewer workflows with it at a time, or use a separate app registration for each.';

	it.each<[number, number, string]>([
		[100, 1500, OTHERS],
		[1, 1, OTHERS],
		[101, 1500, OWN],
		[100, 1501, OWN],
		[0, 1500, OWN],
		[100, 0, OWN],
	])('with %i calls a minute and %i an hour says whose limit it is', (perMinute, perHour, expected) => {
		expect(advice(perMinute, perHour)).toBe(expected);
		expect(advice(perMinute, perHour, CALLS.readMachines)).toBe(OTHERS);
	});

	it.each<[string | undefined, string]>([
		['59', ''],
		['60', ''],
		['61', 'Defender asks to wait for 2 minutes. '],
		['3600', 'Defender asks to wait for 60 minutes. '],
		['9999999999', ''],
		['soon', ''],
		[undefined, ''],
	])('that asks to wait for %j seconds', (retryAfter, expected) => {
		expect(advice(100, 1500, CALLS.resultLink, retryAfter)).toBe(expected + OTHERS);
	});
});

describe('403', () => {
	const texts = (kind: 'application' | 'delegated', ...names: string[]) => {
		const { message, advice } = describeFailure(CALLS.resultLink, refused(403), { kind, names });
		return [message, advice];
	};
	const needed = 'Machine.ReadWrite.All (delegated: Machine.LiveResponse) of the API WindowsDefenderATP';

	it('with a token that lacks the permission', () => {
		expect(texts('application', 'Alert.Read.All', 'User.Read')).toEqual([
			'Defender refused to provide the link to a live response result: a permission is missing',
			`Add ${needed} to the app registration and grant admin consent. The token has: Alert.Read.All, User.Read.`,
		]);
		expect(texts('delegated')[1]).toContain(' The token has: none.');
	});

	it('with a token that has it, among others', () => {
		const expected = [
			'Defender refused to provide the link to a live response result, although the token has the permission',
			`Check the credential's cloud and audience, the tenant's licence and, for a signed-in user, the user's role and device groups. Needed: ${needed}. The token has: Alert.Read.All, `,
		];
		const app = texts('application', 'Alert.Read.All', 'Machine.ReadWrite.All');
		expect(app).toEqual([expected[0], `${expected[1]}Machine.ReadWrite.All.`]);
		const user = texts('delegated', 'Alert.Read.All', 'Machine.LiveResponse');
		expect(user).toEqual([expected[0], `${expected[1]}Machine.LiveResponse.`]);
	});
});

it.each<[string, Failure, string]>([
	[
		'all that the service said',
		refused(400, { code: 'X', message: 'not so. \n', requestId: 'r-1' }),
		'Defender says: not so. Code: X. Request ID: r-1',
	],
	['its words alone', refused(400, { message: 'a. b' }), 'Defender says: a. b'],
	['its code alone', refused(400, { code: 'X' }), 'Code: X'],
	['how the connection was lost', { kind: 'network', code: 'ECONNRESET' }, '(ECONNRESET)'],
	['the first line of Entra', signIn('AADSTS1: no.\nTrace ID: x'), 'Microsoft Entra says: AADSTS1: no.'],
	["what kept n8n from asking Entra, without n8n's words", signIn('blocked', { code: 'SSRF_BLOCKED' }), '(SSRF_BLOCKED)'],
	['nothing of Entra, where it said nothing', signIn('', { reason: 'noToken' }), ''],
	['the words of n8n, where the credential is gone', signIn('Credential not found', { reason: 'gone' }), 'n8n says: Credential not found'],
	['what kept Entra from answering', signIn('connect ENOTFOUND\nx', { code: 'ENOTFOUND' }), '(connect ENOTFOUND)'],
])('a description ends in %s', (_, failure, said) => {
	const { description, advice } = describeFailure(CALLS.run, failure);
	expect(description).toBe(`${advice} ${said}`.trim());
});

it('a description without any words of the service is what to do', () => {
	expect(describeFailure(CALLS.run, refused(400)).description).toBe('Check the parameters of the node.');
});

it('no more of what the service said is shown than people read', () => {
	expect(describeFailure(CALLS.run, refused(400, { message: 'x'.repeat(5_000) })).description.length).toBeLessThan(2_100);
});

it('an answer that cannot be read, and a list that is too long, are refusals of their own', () => {
	expect(unexpectedResponse('device')).toMatchObject({
		message: 'Defender answered with something that is not a valid device',
		failure: { kind: 'unreadable', expected: 'device' },
		sent: 'no',
		reason: 'service',
	});
	expect(listTooLong(CALLS.readMachines)).toMatchObject({
		message: 'Defender answered with more than 256 MB when it was asked to read devices',
		advice: 'Use a limit or filters to get less data. Check that no proxy answers in place of Defender.',
		failure: { kind: 'network', code: 'ERR_ANSWER_TOO_LARGE' },
	});
});

it('what the service said is shown without signatures and tokens', () => {
	const { description } = describeFailure(CALLS.run, refused(400, { message: 'see https://h/x?sig=SECRET&a=1' }));
	expect(description).toContain('sig=(removed)&a=1');
});

it.each<[string, string]>([
	['Upload it', 'Upload it. Nothing was sent. Code: X'],
	['Upload it.', 'Upload it. Nothing was sent. Code: X'],
	['Is it there?', 'Is it there? Nothing was sent. Code: X'],
	['Upload it (once)', 'Upload it (once) Nothing was sent. Code: X'],
])('a note comes after what to do, each a sentence of its own: %s', (advice, expected) => {
	const error = new DefenderError('No such file', advice, { serviceText: 'Code: X' });
	expect(error.descriptionWith('Nothing was sent.')).toBe(expected);
	expect(error.descriptionWith('')).toBe(`${advice} Code: X`);
});

it('in one line, it says what happened, what to do, and what was said', () => {
	const { fullText, status, code } = new DefenderError('No such file', 'Upload it.');
	expect([fullText, status, code]).toEqual(['No such file. Upload it.', undefined, undefined]);
	const error = describeFailure(CALLS.run, refused(400, { code: 'X' }));
	expect(error.fullText).toBe('Defender refused to run live response. Check the parameters of the node. Code: X');
	expect([error.status, error.code, error.sent]).toEqual([400, 'X', 'no']);
	const lost = describeFailure(CALLS.run, { kind: 'network', code: 'X' });
	expect([lost.status, lost.code]).toEqual([undefined, undefined]);
});

it('only refusals are caught as such', () => {
	const error = new DefenderError('a', 'b');
	expect(refusal(error)).toBe(error);
	expect(() => refusal(new Error('else'))).toThrow('else');
});
