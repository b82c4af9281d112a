import { createPrivateKey } from 'node:crypto';
import type { Emulator } from '../../playground/emulator';
import type { Secret } from './secretSearch';

/** A token cannot be used without its signature, which is what no two tokens have in common. */
function signatureOf(token: string): string {
	return token.slice(token.lastIndexOf('.') + 1);
}

/** Each line of the key's PEM, and each secret number of it as a JWK has them. */
function partsOf(privateKey: string): string[] {
	const lines = privateKey.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'));
	const { d, p, q, dp, dq, qi } = createPrivateKey(privateKey).export({ format: 'jwk' });
	return [...lines, ...[d, p, q, dp, dq, qi].map(String)];
}

/** Everything that came out of the emulator or went into it and must stay between the two. */
export function secretsOf(emulator: Emulator, entered: { clientSecrets: string[]; privateKeys: string[] }): Secret[] {
	const named = (name: string, values: string[]): Secret[] => [...new Set(values)].map((value) => ({ name, value }));
	const forms = emulator.requests.filter(({ operation }) => operation === 'token').map(({ body }) => new URLSearchParams(body));
	const assertions = forms.map((form) => form.get('client_assertion')).filter((assertion) => assertion !== null);
	return [
		...named('access token', emulator.handedOut.tokens.map(signatureOf)),
		...named('client assertion', assertions.map(signatureOf)),
		...named('client secret', entered.clientSecrets),
		...named('private key', entered.privateKeys.flatMap(partsOf)),
		...named(
			'link signature',
			emulator.handedOut.links.map((link) => /[?&]sig=([^&]*)/.exec(link)?.[1] ?? ''),
		),
	];
}
