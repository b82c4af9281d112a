import type { IDataObject } from 'n8n-workflow';
import type { Effect, Emulator, Operation } from '../../../playground/emulator';
import { endedFile, endedScript, GET_RESULT, runScript, SCRIPT } from '../../support/actions';

/** A node that runs in the real n8n, and its expected result. */
export interface SecretCase {
	name: string;
	parameters: IDataObject;
	/** Id of its credential. */
	credential: string;
	/** The outcome of its item; or, where it is refused, the error's text. */
	expected: string | RegExp;
}

/** The case in which a device writes what the search has to find. */
export const PLANTED = 'planted';

/** Cases that ask for the link itself. */
export const WITH_LINKS = ['link-only', 'link-included', 'link-of-file'];

const ALL = { ...GET_RESULT, simplify: false };
const FIVE_SECONDS = { options: { pollInterval: 5 } };

/**
 * Everything that goes well with a secret in its hands.
 *
 * @param marker what the device writes in the planted cases
 */
export function goodCases(emulator: Emulator, marker: string): SecretCase[] {
	const device = emulator.addDevice({ computerDnsName: 'ws-01.contoso.example', scripts: { [SCRIPT]: { output: 'ran' } } });
	const get = (
		name: string,
		machineActionId: string,
		more: IDataObject = {},
		expected = 'succeeded',
		credential = 'defender',
	): SecretCase => ({
		name,
		parameters: { ...GET_RESULT, machineActionId, ...more },
		credential,
		expected,
	});
	return [
		get('result', endedScript(emulator, { output: 'all good' })),
		get(PLANTED, endedScript(emulator, { output: marker }), { simplify: false }),
		get('planted-file', endedFile(emulator, { content: `evidence ${marker}` }, 'C:\\Temp\\planted-evidence.txt')),
		get('file-without-name', endedFile(emulator, { content: 'evidence', contentDisposition: false, fname: false }, 'C:\\'), {
			simplify: false,
		}),
		get(WITH_LINKS[0], endedScript(emulator), { followLink: false }, 'unverified'),
		get(WITH_LINKS[1], endedScript(emulator), { simplify: false, options: { includeLink: true } }),
		get(WITH_LINKS[2], endedFile(emulator, { content: 'evidence' }), { options: { includeLink: true } }),
		get('no-transcript', endedScript(emulator, { raw: 'no transcript' }), { simplify: false }, 'unreadable'),
		get('certificate', endedScript(emulator), { simplify: false }, 'succeeded', 'certificate'),
		{
			name: 'run-and-wait',
			parameters: runScript(device.id, { simplify: false, ...FIVE_SECONDS }),
			credential: 'defender',
			expected: 'succeeded',
		},
	];
}

/** Everything that is refused or breaks with a secret in its hands. */
export function badCases(emulator: Emulator): SecretCase[] {
	const busy = emulator.addDevice({
		computerDnsName: 'ws-busy.contoso.example',
		scripts: { [SCRIPT]: {} },
		refuse: { status: 400, code: 'ActiveRequestAlreadyExists', message: 'Action is already in progress' },
	});
	const get = (name: string, machineActionId: string, expected: SecretCase['expected'], credential = 'defender'): SecretCase => ({
		name,
		parameters: { ...ALL, machineActionId, maxWaitMinutes: 0 },
		credential,
		expected,
	});
	const broken = (
		name: string,
		on: Operation,
		effect: Effect,
		expected: SecretCase['expected'],
		machineActionId = endedScript(emulator),
	): SecretCase => {
		emulator.fault({ on, times: Infinity, when: { machineActionId }, effect });
		return get(name, machineActionId, expected);
	};
	const large = endedFile(emulator, { content: { size: 3_000_000 } });
	return [
		// n8n 1.x does not pass on what Entra says.
		get('wrong-secret', endedScript(emulator), /^The client secret is wrong|did not accept the client ID or its secret/, 'wrong'),
		get('wrong-certificate', endedScript(emulator), /^The certificate does not match/, 'wrongCertificate'),
		get('missing-role', endedScript(emulator), /a permission is missing/, 'noRole'),
		broken('always-401', 'link', { kind: 'status', status: 401 }, /did not accept the sign-in/),
		broken('api-reset', 'link', { kind: 'reset', phase: 'beforeHeaders' }, /could not be reached/),
		broken('api-redirect', 'link', { kind: 'redirect', location: `${emulator.storageUrl}/elsewhere` }, /^Defender refused/),
		broken('storage-403', 'blob', { kind: 'status', status: 403 }, 'unreadable'),
		broken('storage-500', 'blob', { kind: 'status', status: 500 }, 'unreadable'),
		broken('storage-redirect', 'blob', { kind: 'redirect', location: 'https://elsewhere.example/' }, 'unreadable'),
		broken('storage-broken', 'blob', { kind: 'reset', phase: 'duringBody', afterBytes: 20 }, 'unreadable'),
		broken('file-broken', 'blob', { kind: 'reset', phase: 'duringBody', afterBytes: 50_000 }, 'unreadable', large),
		broken('file-wrong', 'blob', { kind: 'wrongMd5' }, 'unreadable', endedFile(emulator, { content: 'evidence' })),
		{ name: 'busy-device', parameters: runScript(busy.id), credential: 'defender', expected: /^([0-9a-f]{40}: )?The device is busy/ },
	];
}
