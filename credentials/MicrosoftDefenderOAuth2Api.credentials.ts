import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { FIELDS } from '../nodes/DefenderLiveResponse/host/credential';
import { BASE_URL_PATTERN, CLOUDS, commercialApiBaseUrl, REGIONS, TENANT_PATTERN } from '../nodes/DefenderLiveResponse/service/clouds';

/** Where an expression is evaluated: within the credential, or in its test. */
type Holder = 'fields' | 'test';

/**
 * A field as an expression finds it. `$self` would be the usual way within a credential, but gives fields that are
 * expressions themselves unevaluated in n8n 1.x.
 */
function valueOf(field: string, holder: Holder): string {
	return holder === 'test' ? `$credentials["${field}"]` : `$parameter["&${field}"]`;
}

/** `https://host`, or nothing where a custom address is not one that may be used. */
function customBaseUrl(holder: Holder, field: string): string {
	const value = `(${valueOf(field, holder)} || "").trim()`;
	return `(${BASE_URL_PATTERN}.test(${value}) ? ${value}.replace(/[/]+$/, "") : "")`;
}

/** An expression that chooses by the credential's cloud. */
function byCloud(holder: Holder, choose: (cloud: keyof typeof CLOUDS) => string, custom: string): string {
	const cloud = valueOf('cloud', holder);
	const cases = (['gcc', 'gccHigh', 'dod', 'commercial'] as const).map((name) => `${cloud} === "${name}" ? ${choose(name)} : `);
	// Nothing, so that no request is made, for what is none of them.
	return `${cloud} === "custom" ? ${custom} : ${cases.join('')}""`;
}

function loginBaseUrl(holder: Holder): string {
	return byCloud(holder, (name) => `"${CLOUDS[name].loginBaseUrl}"`, customBaseUrl(holder, 'loginBaseUrl'));
}

function audience(holder: Holder): string {
	return byCloud(holder, (name) => `"${CLOUDS[name].audience}"`, `(${valueOf('audience', holder)} || "").trim()`);
}

function apiBaseUrl(holder: Holder): string {
	const regional = Object.keys(REGIONS)
		.map((region) => `${valueOf('region', holder)} === "${region}" ? "${commercialApiBaseUrl(region)}" : `)
		.join('');
	return byCloud(
		holder,
		(name) => (name === 'commercial' ? `(${regional}"${CLOUDS.commercial.apiBaseUrl}")` : `"${CLOUDS[name].apiBaseUrl}"`),
		customBaseUrl(holder, 'apiBaseUrl'),
	);
}

/** An endpoint of the tenant; nothing, so that no request is made, where tenant or login host could reshape the URL. */
function endpoint(name: 'authorize' | 'token'): string {
	const tenant = `(${valueOf('tenantId', 'fields')} || "").trim()`;
	const login = `(${loginBaseUrl('fields')})`;
	return `={{ ${TENANT_PATTERN}.test(${tenant}) && ${login} ? ${login} + "/" + ${tenant} + "/oauth2/v2.0/${name}" : "" }}`;
}

const REGION_OPTIONS = Object.entries(REGIONS)
	.map(([value, name]) => ({ name, value }))
	.sort((a, b) => a.name.localeCompare(b.name));

const ENTERED = FIELDS.map(({ name }) => name);

function requiredText(displayName: string, name: string, more: Partial<INodeProperties>): INodeProperties {
	return { displayName, name, type: 'string', required: true, default: '', ...more };
}

/** What n8n reads and the user does not enter. */
function hidden(displayName: string, name: string, initial: string | boolean): INodeProperties {
	return { displayName, name, type: 'hidden', default: initial };
}

/** What the credential's test says of an answer's status. */
function onStatus(value: number, message: string) {
	return { type: 'responseCode' as const, properties: { value, message } };
}

const CUSTOM_ONLY = { show: { cloud: ['custom'] } };

/** Tokens for the Defender API. The cloud decides login host, audience and API host together, so they cannot disagree. */
export class MicrosoftDefenderOAuth2Api implements ICredentialType {
	name = 'microsoftDefenderOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'Microsoft Defender OAuth2 API';

	icon: Icon = { light: 'file:../icons/liveResponse.svg', dark: 'file:../icons/liveResponse.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-defender-live-response/n8n-nodes-defender-live-response/blob/main/docs/credentials.md#app-registration';

	// In the order of the app's page in Entra: n8n shows what every OAuth2 credential has first.
	properties: INodeProperties[] = [
		{
			displayName: 'Grant Type',
			name: 'grantType',
			type: 'options',
			options: [
				{
					name: 'Client Credentials',
					value: 'clientCredentials',
					description: 'The app signs in as itself: for workflows that run unattended',
				},
				{ name: 'Authorization Code', value: 'authorizationCode', description: 'The app acts for a user who signs in once' },
			],
			default: 'clientCredentials',
		},
		requiredText('Client ID', 'clientId', {
			placeholder: 'e.g. 11112222-bbbb-3333-cccc-4444dddd5555',
			description: 'The application (client) ID of the app registration',
		}),
		{
			displayName: 'Client Credential Type',
			name: 'clientCredentialType',
			type: 'options',
			options: [
				{ name: 'Client Secret', value: 'clientSecret' },
				{
					name: 'Certificate',
					value: 'certificate',
					description: 'Needs n8n 2.30 or later. Earlier versions ignore the certificate and sign in with the secret.',
				},
			],
			default: 'clientSecret',
		},
		requiredText('Client Secret', 'clientSecret', {
			typeOptions: { password: true },
			displayOptions: { hide: { clientCredentialType: ['certificate'] } },
			description: "The secret's value, not its ID",
		}),
		requiredText('Private Key', 'privateKey', {
			typeOptions: { password: true, rows: 4 },
			displayOptions: { show: { clientCredentialType: ['certificate'] } },
			placeholder: 'e.g. -----BEGIN PRIVATE KEY-----',
			description: 'The private key of the certificate, as PEM',
		}),
		requiredText('Certificate', 'certificate', {
			typeOptions: { password: true, rows: 4 },
			displayOptions: { show: { clientCredentialType: ['certificate'] } },
			placeholder: 'e.g. -----BEGIN CERTIFICATE-----',
			description: 'The certificate that the app registration has, as PEM',
		}),
		requiredText('Tenant ID', 'tenantId', {
			placeholder: 'e.g. contoso.com or the directory (tenant) ID',
			description: "The tenant's GUID or one of its verified domains",
			hint: 'Can be an expression such as {{ $json.tenantId }}: each item then uses its own tenant. The credential test, triggers and lists have no item and refuse it.',
		}),
		{
			displayName:
				'The app registration needs permissions of the API WindowsDefenderATP with admin consent: Machine.ReadWrite.All for results, Machine.LiveResponse for Run, Library.Manage for the library. For a user (Authorization Code) add delegated permissions, and the OAuth Redirect URL under Authentication as a redirect URI of the platform Web.',
			name: 'permissions',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Cloud',
			name: 'cloud',
			type: 'options',
			options: [
				{ name: 'Commercial', value: 'commercial' },
				{ name: 'Custom', value: 'custom' },
				{ name: 'US Government DoD', value: 'dod' },
				{ name: 'US Government GCC', value: 'gcc' },
				{ name: 'US Government GCC High', value: 'gccHigh' },
			],
			default: 'commercial',
		},
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			displayOptions: { show: { cloud: ['commercial'] } },
			options: [{ name: 'Global', value: 'global' }, ...REGION_OPTIONS],
			default: 'global',
			description: "The API host to call. Your tenant's own region answers fastest; Global works for all.",
		},
		requiredText('API Base URL', 'apiBaseUrl', {
			displayOptions: CUSTOM_ONLY,
			placeholder: 'e.g. https://api.example.com',
			description: 'Address of the API, without /api. Plain http is accepted for this machine only.',
		}),
		requiredText('Login Base URL', 'loginBaseUrl', {
			displayOptions: CUSTOM_ONLY,
			placeholder: 'e.g. https://login.example.com',
			description: 'Address of the token endpoint, before the tenant',
		}),
		requiredText('Audience', 'audience', {
			displayOptions: CUSTOM_ONLY,
			default: CLOUDS.commercial.audience,
			description: 'The audience of the tokens. For the scope, /.default is added to it.',
		}),
		{
			displayName: 'Download Hosts',
			name: 'downloadHosts',
			type: 'string',
			default: '',
			placeholder: 'e.g. .blob.core.windows.net',
			description:
				"Hosts that results may be downloaded from in addition to the cloud's own hosts, separated by commas. A leading dot allows every name with this ending.",
		},
		hidden('Authorization URL', 'authUrl', endpoint('authorize')),
		hidden('Access Token URL', 'accessTokenUrl', endpoint('token')),
		// Entra refuses offline_access to an app that signs in as itself.
		hidden(
			'Scope',
			'scope',
			`={{ (${audience('fields')}) + "/.default" + (${valueOf('grantType', 'fields')} === "authorizationCode" ? " offline_access" : "") }}`,
		),
		hidden('Auth URI Query Parameters', 'authQueryParameters', ''),
		hidden('Authentication', 'authentication', 'body'),
		hidden('Send Additional Body Properties', 'sendAdditionalBodyProperties', false),
		hidden('Additional Body Properties', 'additionalBodyProperties', ''),
		// The fields that are expressions, as they were written: n8n gives a node only what they give for one item.
		hidden(
			'Expressions',
			'expressions',
			`={{ ${JSON.stringify(ENTERED)}.map((name) => { try { return name + ": " + $rawParameter["&" + name] } catch { return "" } }).filter((field) => /^[a-zA-Z]+: =/.test(field)) }}`,
		),
		// The fields whose text has a part that returns nothing: n8n leaves that part out, and what is left may be another
		// tenant's name.
		hidden(
			'Incomplete Fields',
			'incomplete',
			`={{ ${JSON.stringify(ENTERED)}.filter((name) => { try { const raw = String($rawParameter["&" + name]); const part = /[{]{2}[^]*?[}]{2}/g; return raw[0] === "=" && raw.slice(1).replace(/[{]{2}[^]*?[}]{2}/, "").trim() !== "" && (raw.match(part) || []).some((each) => ($evaluateExpression(each) ?? null) === null) } catch { return false } }) }}`,
		),
		// Used in the HTTP Request node of n8n 2.x, the token goes to the API's host and nowhere else. n8n can also
		// restrict a credential to its own nodes, but then refuses to test it.
		hidden('Allowed HTTP Request Domains', 'allowedHttpRequestDomains', 'domains'),
		hidden('Allowed Domains', 'allowedDomains', `={{ (${apiBaseUrl('fields')}).replace(/^https?:[/][/]/, "").replace(/[:/].*$/, "") }}`),
	];

	test: ICredentialTestRequest = {
		request: {
			baseURL: `={{ ${apiBaseUrl('test')} }}`,
			url: '/api/machineactions?$top=1',
			// In ms. n8n itself waits for five minutes, which no one watches a button for.
			timeout: 30_000,
			// The API never redirects. If a server in between does, the token must not be sent there.
			disableFollowRedirect: true,
			sendCredentialsOnCrossOriginRedirect: false,
		},
		// n8n's type wants rules of one kind; its test reads both.
		rules: [
			...[301, 302, 303, 307, 308].map((status) =>
				onStatus(
					status,
					'The address of the API answered with a redirect, which is not followed. Check Cloud, Region and API Base URL, and the proxy.',
				),
			),
			onStatus(401, 'Defender did not accept the sign-in. Check tenant, cloud, client ID and secret or certificate.'),
			onStatus(
				403,
				'Signed in, but a permission is missing: add Machine.ReadWrite.All of the API WindowsDefenderATP to the app registration and grant admin consent.',
			),
			{
				// A list always has it, an empty one too; the page of a proxy does not.
				type: 'responseSuccessBody',
				properties: {
					key: 'value',
					value: undefined,
					message:
						'The address of the API answered with something that is not from Defender. Check Cloud, Region and API Base URL, and whether a proxy answers in its place.',
				},
			},
		] as ICredentialTestRequest['rules'],
	};
}
