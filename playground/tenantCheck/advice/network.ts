import { CouldNotRun } from '../notAsked';

const CERTIFICATE = /CERT|^UNABLE_TO_|SELF_SIGNED/;

const BY_CODE: Record<string, string> = {
	ENOTFOUND:
		'The name was not found: check --cloud, --region and the addresses, the DNS, and HTTPS_PROXY where this network needs a proxy.',
	EAI_AGAIN: 'The name could not be looked up: check the DNS, and HTTPS_PROXY where this network needs a proxy.',
	ECONNREFUSED: 'Nothing answers there: check the address and port. For the emulator: npm run emulator in another window.',
	PROXY_SIGN_IN: 'The proxy asks for a user and password: set HTTPS_PROXY as http://user:password@host:port.',
	PROXY_REFUSED: 'The proxy refused the connection: ask its administrator to allow the host.',
	PROXY_UNREACHABLE: 'The proxy of HTTPS_PROXY cannot be reached: check its address and port.',
	INVALID_PROXY: 'HTTPS_PROXY is not a valid address: use http://host:port.',
};

/** No connection to the host that everything depends on. */
export function unreachable(whom: string, code: string): CouldNotRun {
	const known = /^[A-Z_]{1,40}$/.test(code) ? code : 'UNKNOWN';
	if (CERTIFICATE.test(known)) {
		return new CouldNotRun(
			`The certificate that ${whom} was reached with is not trusted (${known})`,
			'A proxy or firewall that inspects connections presents its own: name the file of its authority in NODE_EXTRA_CA_CERTS.',
		);
	}
	const todo = Object.hasOwn(BY_CODE, known)
		? BY_CODE[known]
		: 'Check the network, the proxy (HTTPS_PROXY), --cloud and --region, then try again.';
	return new CouldNotRun(`${whom} could not be reached (${known})`, todo);
}
