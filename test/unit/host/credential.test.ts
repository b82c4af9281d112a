import type { CredentialFields } from '../../../nodes/DefenderLiveResponse/host/credential';
import { dependsOnItem, isMarkedFor, withMark, signInOf, tokenOf } from '../../../nodes/DefenderLiveResponse/host/credential';

const FIELDS: CredentialFields = {
	grantType: 'clientCredentials',
	tenantId: 'contoso.com',
	cloud: 'commercial',
	region: 'eu',
	clientId: 'app',
	clientCredentialType: 'clientSecret',
	clientSecret: 'secret',
	expressions: [],
};

it.each<[string, boolean]>([
	['tenantId: =contoso.com', false],
	['tenantId: ={{ $vars.tenant }}', false],
	['clientSecret: ={{ $secrets.vault.secret }}', false],
	['clientSecret: ={{ $secrets["vault"]["a b"] }}', false],
	['tenantId: ={{ $env.TENANT }}', false],
	['tenantId: ={{ "contoso" + ".com" }}', false],
	['tenantId: ={{ $json.tenantId }}', true],
	['tenantId: ={{$json.tenantId}}', true],
	['tenantId: ={{ $input.item.json.tenantId }}', true],
	['tenantId: ={{ $("Tenants").item.json.id }}', true],
	['tenantId: ={{ $node["Tenants"].json.id }}', true],
	['tenantId: ={{ ["a.com", "b.com"][$itemIndex] }}', true],
	['clientSecret: ={{ $secrets.vault[$json.customer] }}', true],
	['tenantId: ={{ $vars.tenant }}{{ $json.x }}', true],
	['tenantId: ={{ $runIndex }}', true],
	['tenantId: ={{ $somethingNew.x }}', true],
	['tenantId: ={{ this["$js" + "on"].x }}', true],
	['tenantId: ={{ eval("\\x24json").x }}', true],
])('%s may differ from item to item: %s', (expression, expected) => {
	expect(dependsOnItem({ expressions: ['cloud: =commercial', expression] })).toBe(expected);
});

it('is unknown where n8n does not say', () => {
	for (const expressions of [undefined, null, '', {}]) {
		expect(dependsOnItem({ expressions })).toBeUndefined();
		expect(signInOf({ ...FIELDS, expressions }).dependsOnItem).toBe(true);
	}
});

it.each<[string, CredentialFields, string]>([
	['no tenant', { tenantId: undefined }, 'Tenant ID'],
	['no app', { clientId: undefined }, 'Client ID'],
	['an app of blanks', { clientId: ' ' }, 'Client ID'],
	['an app that is an object', { clientId: {} }, 'Client ID'],
	['no secret', { clientSecret: '' }, 'Client Secret'],
	['a secret that its expression does not give', { clientSecret: undefined }, 'Client Secret'],
	['a secret that is null', { clientSecret: null }, 'Client Secret'],
	['no key', { clientCredentialType: 'certificate', certificate: 'x' }, 'Private Key'],
	['no certificate', { clientCredentialType: 'certificate', privateKey: 'x' }, 'Certificate'],
	['a cloud that its expression does not give', { cloud: undefined }, 'Cloud'],
	['a region that its expression does not give', { region: undefined }, 'Region'],
	['a grant that its expression does not give', { grantType: undefined }, 'Grant Type'],
	['a grant that there is not', { grantType: 'pkce' }, 'Grant Type'],
	['a type that its expression does not give', { clientCredentialType: null }, 'Client Credential Type'],
	['a type that there is not', { clientCredentialType: 'x' }, 'Client Credential Type'],
])('%s is refused by name', (_, more, field) => {
	expect(() => signInOf({ ...FIELDS, ...more })).toThrow(
		expect.objectContaining({ message: `The credential's ${field} cannot be used`, reason: 'signIn' }) as Error,
	);
});

it("uses the fields alone, whatever n8n made of the credential's own addresses", () => {
	const stored = { accessTokenUrl: 'https://evil.example/token', scope: 'x', authentication: 'header', ignoreSSLIssues: true };
	expect(signInOf({ ...FIELDS, tenantId: ' Contoso.com ', ...stored } as CredentialFields).oauth2).toEqual({
		grantType: 'clientCredentials',
		clientId: 'app',
		clientCredentialType: 'clientSecret',
		clientSecret: 'secret',
		authentication: 'body',
		accessTokenUrl: 'https://login.microsoftonline.com/Contoso.com/oauth2/v2.0/token',
		scope: 'https://api.securitycenter.microsoft.com/.default',
	});
	expect(signInOf({ ...FIELDS, cloud: 'gccHigh', grantType: 'authorizationCode' }).oauth2).toMatchObject({
		accessTokenUrl: 'https://login.microsoftonline.us/contoso.com/oauth2/v2.0/token',
		scope: 'https://api-gov.securitycenter.microsoft.us/.default offline_access',
	});
});

it.each<[string, CredentialFields, boolean, boolean]>([
	['the same in other letters', { tenantId: ' CONTOSO.com', clientId: 'App ' }, true, true],
	['another region', { region: 'us' }, true, true],
	['another tenant', { tenantId: 'fabrikam.com' }, false, false],
	['another app', { clientId: 'app2' }, false, false],
	['another cloud', { cloud: 'gcc' }, false, false],
	['a user', { grantType: 'authorizationCode' }, false, false],
	['another secret', { clientSecret: 'x' }, true, false],
])('%s is the same sign-in', (_, more, sameIdentity, sameKey) => {
	const [one, two] = [signInOf(FIELDS), signInOf({ ...FIELDS, ...more })];
	expect([one.identity === two.identity, one.key === two.key]).toEqual([sameIdentity, sameKey]);
});

it('a token is known again by whom it was made for, and only as it is', () => {
	const signIn = signInOf(FIELDS);
	const stored = tokenOf(withMark(signIn, { access_token: 'opaque', expires_in: 3599 }), false);
	if (!stored) throw new Error('no token');
	expect(isMarkedFor(signIn, stored)).toBe(true);
	expect(isMarkedFor(signInOf({ ...FIELDS, tenantId: 'fabrikam.com' }), stored)).toBe(false);
	expect(isMarkedFor(signInOf({ ...FIELDS, clientSecret: 'x' }), stored)).toBe(false);
	// n8n keeps what is stored beside a token when another node renews it.
	expect(isMarkedFor(signIn, { ...stored, accessToken: 'another' })).toBe(false);
	expect(isMarkedFor(signIn, { ...stored, data: { access_token: 'opaque' } })).toBeUndefined();
	expect(JSON.stringify(stored.data)).not.toContain('secret');
});

it.each([undefined, null, 'x', 5, [], {}, { access_token: '' }, { access_token: 5 }, { access_token: null }])(
	'there is no token in %j',
	(data) => {
		expect(tokenOf(data, true)).toBeUndefined();
		expect(withMark(signInOf(FIELDS), data)).toEqual({});
	},
);
