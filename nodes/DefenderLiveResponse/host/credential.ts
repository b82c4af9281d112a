import type { IDataObject } from 'n8n-workflow';
import type { Cloud, CloudFields } from '../service/clouds';
import { cloudOf, credentialError } from '../service/clouds';
import { digest } from '../service/digest';
import type { Token } from './tokenKeeper';

/** The credential's fields as n8n gives them. Where they are expressions, these may have given anything. */
export interface CredentialFields
	extends CloudFields,
		Partial<Record<'grantType' | 'clientId' | 'clientCredentialType' | 'clientSecret' | 'privateKey' | 'certificate', unknown>> {
	/** The one token that n8n keeps with the credential, for any sign-in. */
	oauthTokenData?: unknown;
	/** The fields that are expressions, as the user wrote them: `name: =expression`. */
	expressions?: unknown;
	/** Names of the fields whose text has a part that returns nothing for this item. */
	incomplete?: unknown;
}

/** Everything that decides whose token is asked for, and where requests with it go. */
export interface SignIn {
	cloud: Cloud;
	/** Without blanks around it. */
	tenantId: string;
	clientId: string;
	/** Whether a user signs in rather than the app itself. */
	isUser: boolean;
	/** Whether other items may have other fields. */
	dependsOnItem: boolean;
	/** Names tenant, app and cloud. */
	identity: string;
	/** Names the same and what the app proves itself with: who does not know it gets no token of who does. */
	key: string;
	/** The fields that n8n's OAuth2 client uses. */
	oauth2: IDataObject;
	/** Values that no text may show. */
	secrets: string[];
}

/** What an expression may use that is the same for all items. */
const SAME_FOR_ALL = new Set(['$vars', '$secrets', '$env', '$workflow', '$now', '$today']);

/** Whether an expression may give something else for another item: where that cannot be said for sure, it may. */
function mayDiffer(expression: string): boolean {
	const names = expression.match(/\$\w*/g) ?? [];
	// `this` and escapes are other ways to the same names.
	return expression.includes('{{') && (/\\|\bthis\b/.test(expression) || names.some((name) => !SAME_FOR_ALL.has(name)));
}

/** Whether the fields may be others for another item; undefined where n8n did not say which of them are expressions. */
export function dependsOnItem({ expressions }: CredentialFields): boolean | undefined {
	return Array.isArray(expressions) ? expressions.some((expression) => mayDiffer(String(expression))) : undefined;
}

/** The fields that a user fills in, by their labels. Of a list's choices an expression that returns nothing must not mean the default. */
export const FIELDS: Array<{ name: keyof CredentialFields; label: string; isChoice?: true }> = [
	{ name: 'grantType', label: 'Grant Type', isChoice: true },
	{ name: 'tenantId', label: 'Tenant ID' },
	{ name: 'cloud', label: 'Cloud', isChoice: true },
	{ name: 'region', label: 'Region', isChoice: true },
	{ name: 'apiBaseUrl', label: 'API Base URL' },
	{ name: 'loginBaseUrl', label: 'Login Base URL' },
	{ name: 'audience', label: 'Audience' },
	{ name: 'downloadHosts', label: 'Download Hosts' },
	{ name: 'clientId', label: 'Client ID' },
	{ name: 'clientCredentialType', label: 'Client Credential Type', isChoice: true },
	{ name: 'clientSecret', label: 'Client Secret' },
	{ name: 'privateKey', label: 'Private Key' },
	{ name: 'certificate', label: 'Certificate' },
];

/** What to do when n8n does not give an external secret. */
export const CHECK_SECRETS =
	"Check under Settings, External Secrets, that n8n is connected to the store, that the store has the secret, and that this credential's project may use it. n8n needs a licence for external secrets.";

/** Refuses a field that n8n has evaluated by half, or not at all: half a tenant may be another one. */
function checkEvaluated(fields: CredentialFields): void {
	const { expressions, incomplete } = fields;
	for (const { name, label, isChoice } of FIELDS) {
		const value = fields[name];
		if (Array.isArray(incomplete) && incomplete.includes(name))
			throw credentialError(label, 'A part of its expression returns nothing for this item. Correct the expression or the item.');
		if (typeof value === 'string' && /^=[^]*\{\{/.test(value))
			throw credentialError(label, 'n8n did not evaluate its expression. Enter the value itself, or an expression that returns the value.');
		const usesSecret =
			Array.isArray(expressions) && expressions.some((each) => String(each).startsWith(`${name}: `) && String(each).includes('$secrets'));
		if (usesSecret && (value === undefined || value === null || value === ''))
			throw credentialError(label, `Its external secret is empty. ${CHECK_SECRETS}`);
		if (isChoice && name in fields && typeof value !== 'string')
			throw credentialError(
				label,
				'Its expression returns nothing for this item. Choose a value from the list, or correct the expression.',
			);
	}
}

function required(fields: CredentialFields, field: keyof CredentialFields, label: string): string {
	const value = fields[field];
	if (typeof value === 'string' && value.trim() !== '') return value;
	throw credentialError(
		label,
		'It is empty or not a text. Enter it in the credential; if it is an expression, check its value for this item.',
	);
}

/** What the app proves itself with. */
function proofOf(fields: CredentialFields): Record<string, string> {
	const { clientCredentialType = 'clientSecret' } = fields;
	if (clientCredentialType === 'clientSecret') return { clientSecret: required(fields, 'clientSecret', 'Client Secret') };
	if (clientCredentialType !== 'certificate') throw credentialError('Client Credential Type', 'Choose a value from the list.');
	return { privateKey: required(fields, 'privateKey', 'Private Key'), certificate: required(fields, 'certificate', 'Certificate') };
}

/**
 * What a credential's fields ask for. Token URL and scope are made here: the credential has them too, for n8n's own
 * sign-in and test, but n8n 1.x reads expressions in the fields that they depend on as plain text.
 *
 * @throws DefenderError before any request, when a field cannot be used
 */
export function signInOf(fields: CredentialFields): SignIn {
	checkEvaluated(fields);
	const cloud = cloudOf(fields);
	const { grantType = 'clientCredentials' } = fields;
	const isUser = grantType === 'authorizationCode';
	if (!isUser && grantType !== 'clientCredentials') throw credentialError('Grant Type', 'Choose a value from the list.');
	const tenantId = String(fields.tenantId).trim();
	const clientId = required(fields, 'clientId', 'Client ID').trim();
	const proof = proofOf(fields);
	const identity = digest([cloud.loginBaseUrl, cloud.audience, tenantId.toLowerCase(), clientId.toLowerCase(), isUser]);
	return {
		cloud,
		tenantId,
		clientId,
		isUser,
		dependsOnItem: dependsOnItem(fields) ?? true,
		identity,
		key: digest([identity, proof]),
		oauth2: {
			grantType,
			clientId,
			clientCredentialType: proof.privateKey === undefined ? 'clientSecret' : 'certificate',
			...proof,
			authentication: 'body',
			accessTokenUrl: `${cloud.loginBaseUrl}/${tenantId}/oauth2/v2.0/token`,
			// Entra refuses offline_access to an app that signs in as itself.
			scope: `${cloud.audience}/.default${isUser ? ' offline_access' : ''}`,
		},
		secrets: [proof.clientSecret, proof.privateKey].filter((value) => value !== undefined),
	};
}

/** Where the node keeps in a token's data for whom it got the token: n8n stores it with the rest. */
const MARK = 'defenderSignIn';

function markOf({ key }: SignIn, accessToken: string): string {
	return digest([key, accessToken]);
}

/** The token in what n8n or the token endpoint gives; undefined where there is none. */
export function tokenOf(data: unknown, isFresh: boolean): Token | undefined {
	if (typeof data !== 'object' || data === null) return undefined;
	const { access_token: accessToken } = data as IDataObject;
	return typeof accessToken === 'string' && accessToken !== '' ? { accessToken, data: data as IDataObject, isFresh } : undefined;
}

/** The data of a token that was just made for a sign-in, to be known again when n8n has stored it. */
export function withMark(signIn: SignIn, data: unknown): IDataObject {
	const token = tokenOf(data, true);
	return token ? { ...token.data, [MARK]: markOf(signIn, token.accessToken) } : {};
}

/** Whether a stored token was made for this sign-in by the node: yes, no, or by another client (`unknown`). */
export function isMarkedFor(signIn: SignIn, { data, accessToken }: Token): boolean | undefined {
	return data[MARK] === undefined ? undefined : data[MARK] === markOf(signIn, accessToken);
}
