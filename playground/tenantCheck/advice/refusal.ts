import type { Answer } from '../calls';
import { say } from '../say';

/** Codes of the API that say why live response is not possible. Source: Microsoft's list of common errors and the page of each call. */
const BY_CODE: Record<string, string> = {
	ActiveRequestAlreadyExists: 'The device is busy with another live response. Wait until it has ended or cancel it, then run this again.',
	OsPlatformNotSupported: "The device's operating system does not support live response. Choose another device.",
	ClientVersionNotSupported:
		"The device's Defender version does not support live response, or the device is not onboarded. Update Defender on it or choose another device.",
	DisabledFeature:
		'Live response is switched off in this tenant: in the Defender portal, Settings > Endpoints > Advanced features, switch on Live Response (and Live Response for Servers).',
	DisallowedOperation:
		'Defender does not allow live response on this device: give its device group an automation level in Settings > Endpoints > Device groups.',
};

/** The code of a Defender error; undefined where the answer has none. */
export function codeOf({ json }: Answer): string | undefined {
	const { error } = (json ?? {}) as { error?: { code?: unknown } };
	return typeof error?.code === 'string' ? error.code : undefined;
}

/**
 * Why a call was refused, and what to do.
 *
 * @param needed permissions of which the token needs one
 * @param has those that it has
 */
export function refusal(answer: Answer, needed: string[], has: string[]): string {
	const code = codeOf(answer);
	if (code !== undefined && Object.hasOwn(BY_CODE, code)) return `${say`refused with ${code}`}. ${BY_CODE[code]}`;
	if (answer.status === 401)
		return 'refused with status 401: the token was not accepted. Check --cloud and --audience, and that the tenant has a licence for Defender for Endpoint.';
	if (answer.status === 403) {
		if (needed.some((name) => has.includes(name))) {
			return 'refused with status 403 although the token has the permission. Check --cloud, the licence (Plan 2) and that the tenant is set up for Defender for Endpoint.';
		}
		return `the token lacks ${needed.join(' or ')}: add it under API permissions > WindowsDefenderATP > Application permissions, and grant admin consent.`;
	}
	return say`answered ${answer.status} ${code ?? ''}`.replace(' (withheld)', '');
}
