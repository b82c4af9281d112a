import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { Secrets } from '../../../nodes/DefenderLiveResponse/service/secrets';
import { formsOf, SecretSearch } from '../../support/secretSearch';
import { propertiesOf } from './property';

const text = (characters: string, minLength: number, maxLength: number) =>
	fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });

/** Client secrets as Entra makes them, and opaque tokens with whatever else a token may hold. */
const secret = fc.oneof(
	text('ABCXYZabcxyz0189~._-', 16, 60),
	text('ABCXYZabcxyz0189+/=&%"\' ,;<>\\é', 16, 60).filter((value) => value.trim().length >= 16),
);
const around = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), text('&="\'<> ,;{}%\\az09', 0, 12));
const { privateKey } = generateKeyPairSync('rsa', {
	modulusLength: 2048,
	privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
	publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const lines = privateKey.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'));

function leftOf(secrets: string[], echoed: string): string[] {
	const known = new Secrets();
	known.add(...secrets);
	const search = new SecretSearch(secrets.map((value) => ({ name: value, value })));
	return search.in(known.redact(echoed)).map(({ name }) => name);
}

export const secretsProperties = propertiesOf("the credential's own values", {
	'however one is written, and whatever surrounds it, it is gone': fc.property(
		around,
		secret,
		around,
		fc.nat(),
		(before, value, after, at) => {
			const forms = formsOf(value);
			expect(leftOf([value], before + forms[at % forms.length] + after)).toEqual([]);
		},
	),
	'in Base64 it is gone with whatever it is encoded with': fc.property(around, secret, around, (before, value, after) => {
		expect(leftOf([value], Buffer.from(before + value + after).toString('base64'))).toEqual([]);
		expect(leftOf([value], Buffer.from(before + encodeURIComponent(value) + after).toString('base64url'))).toEqual([]);
	}),
	'a private key is gone with all its lines': fc.property(
		around,
		fc.constantFrom('\n', '\r\n', '\\n', ' ', ''),
		fc.boolean(),
		(before, lineBreak, isJson) => {
			const known = new Secrets();
			known.add(privateKey);
			const key = before + privateKey.replaceAll('\n', lineBreak);
			const shown = known.redact(isJson ? JSON.stringify({ key }) : key);
			for (const line of lines) expect(shown).not.toContain(line.slice(0, 20));
		},
	),
	'words that hold none of it stay as they are': fc.property(secret, fc.string({ unit: 'binary', maxLength: 40 }), (value, words) => {
		const known = new Secrets();
		known.add(value);
		if (!/sig|eyJ|token|bearer|client_/i.test(words) && !words.includes(value)) expect(known.redact(words)).toBe(words);
	}),
});
