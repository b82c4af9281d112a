import { CouldNotRun } from '../notAsked';

type Advice = [happened: string, todo: string];

/** What Entra's codes mean. Source: Microsoft's list of Entra authentication codes. */
const BY_CODE: Record<string, Advice> = {
	AADSTS7000215: ['The client secret is wrong', "Enter the secret's value, not its ID."],
	AADSTS7000222: ['The client secret has expired', 'Make a new secret for the app registration and use it here and in the credential.'],
	AADSTS7000218: ['Microsoft Entra asks for a client secret or a certificate', 'Enter the secret, or use --certificate.'],
	AADSTS700016: [
		'The app was not found in this tenant',
		"Check --client-id and --tenant: the app's registration has to belong to this tenant.",
	],
	AADSTS90002: ['The tenant was not found', "Check --tenant (the tenant's GUID or a verified domain) and --cloud."],
	AADSTS900023: ['The tenant is not valid', "Use the tenant's GUID or one of its verified domains for --tenant."],
	AADSTS700027: [
		'The certificate does not match the app registration',
		"Upload the certificate's public part to the app registration under Certificates & secrets.",
	],
	AADSTS700024: [
		'The signature of the certificate is outside its time',
		"Set this machine's clock: it has to be right within five minutes.",
	],
	AADSTS65001: ['The permissions of the app have not been granted', 'Grant admin consent under API permissions of the app registration.'],
	AADSTS7000112: [
		'The app is disabled in this tenant',
		'In the Microsoft Entra admin center, Enterprise applications, let the app sign in, or ask who disabled it.',
	],
	AADSTS53003: [
		'Conditional Access does not let the app sign in from here',
		"See the app's sign-in logs in the Microsoft Entra admin center for the policy.",
	],
	AADSTS500011: [
		'The tenant does not know the Defender API',
		'Check --cloud (and --audience), and that the tenant has a licence for Defender for Endpoint.',
	],
};

/** Entra gave no token. Only its code is repeated: the rest of its words name the app and the tenant. */
export function signInRefused(status: number, description: string): CouldNotRun {
	const code = /AADSTS\d{1,12}/.exec(description)?.[0] ?? '';
	const [happened, todo] = Object.hasOwn(BY_CODE, code)
		? BY_CODE[code]
		: ['Microsoft Entra refused the sign-in', 'Check tenant, cloud, client ID and secret or certificate.'];
	return new CouldNotRun(`${happened} (${code === '' ? `status ${status}` : code})`, todo);
}
