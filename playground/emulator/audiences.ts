export const DEFENDER_AUDIENCE = 'https://api.securitycenter.microsoft.com';
/** The API's own app id. */
export const DEFENDER_APP_ID = 'fc780465-2017-40d4-a0c5-307022471b92';
/** A name of the API that old samples use. */
const OLD_NAME = 'https://securitycenter.onmicrosoft.com/windowsatpservice';
/** All names of the API in the commercial cloud; regional hosts are accepted as its names too. */
const NAMES = [DEFENDER_AUDIENCE, 'https://api.securitycenter.windows.com', OLD_NAME, DEFENDER_APP_ID];
const REGIONAL = /^https:\/\/api-(us|eu|uk|au)\d?\.securitycenter\.(microsoft|windows)\.com$/;
/** Another product's API: Entra issues tokens for it, and the Defender for Endpoint API refuses them with 403 (section 6.1). */
const OTHER_DEFENDER = ['https://api.security.microsoft.com', '8ee8fdad-f234-4243-8f3b-15c294843740'];
/** APIs that have nothing to do with it. */
const FOREIGN = ['https://graph.microsoft.com', 'https://management.azure.com', '00000002-0000-0000-c000-000000000000'];

export type AudienceKind = 'own' | 'otherDefender' | 'foreign';

/** Which API an audience names, with or without a trailing slash, in upper or lower case; undefined where Entra does not know it. */
export function audienceKind(audience: string): AudienceKind | undefined {
	const name = audience.replace(/\/$/, '').toLowerCase();
	if (NAMES.includes(name) || REGIONAL.test(name)) return 'own';
	if (OTHER_DEFENDER.includes(name)) return 'otherDefender';
	return FOREIGN.includes(name) ? 'foreign' : undefined;
}

/** Whether an audience is the name that the v2 endpoint does not know, by one source. */
export function isOldName(audience: string): boolean {
	return audience.replace(/\/$/, '').toLowerCase() === OLD_NAME;
}
