import fc from 'fast-check';
import { CALLS } from '../../../nodes/DefenderLiveResponse/service/calls';
import { describeFailure } from '../../../nodes/DefenderLiveResponse/service/errors';
import { readRefusal } from '../../../nodes/DefenderLiveResponse/service/failure';
import { redact } from '../../../nodes/DefenderLiveResponse/service/redact';
import { propertiesOf } from './property';

const around = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 20 }),
	fc
		.array(
			fc.constantFrom(
				'&',
				'?',
				'=',
				'sig',
				'sig=',
				'%26',
				'%3D',
				'&amp;',
				'\\u0026',
				'eyJ',
				'.',
				'"',
				"'",
				'<',
				'>',
				' ',
				'\n',
				'Bearer ',
				'https://a.blob.core.windows.net/x',
				'se=1',
				'-',
				'_',
				'a',
			),
			{ maxLength: 8 },
		)
		.map((parts) => parts.join('')),
);
const letters = (characters: string, minLength: number) => fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength: 40 });
const BASE64URL = 'ABCXYZabcxyz0189-_';
const MARK = 'SECRET';
/** An access token: Entra's are JSON Web Tokens. */
const token = fc
	.tuple(letters(BASE64URL, 1), letters(BASE64URL, 0), letters(BASE64URL, 1))
	.map(([header, payload, signature]) => `eyJ${header}.eyJ${payload}${MARK}.${signature}${MARK}`);
/** A signature as it is in a link, in a decoded one, and in one that is a parameter itself. */
const signature = fc
	.tuple(
		fc.constantFrom('sig=', 'Sig=', 'SIG=', 'sig%3D', 'sig%3d', 'sig%253D'),
		letters('ABCabc019+/', 0),
		fc.constantFrom('=', '%3D', '%253D', ''),
	)
	.map(([name, start, end]) => `${name}${start}${MARK}${end}`);

export const redactProperties = propertiesOf('redaction', {
	'whatever surrounds a token, it is gone': fc.property(around, token, around, (before, secret, after) => {
		expect(redact(before + secret + after)).not.toContain(MARK);
	}),
	'whatever surrounds the signature of a link, it is gone': fc.property(around, signature, around, (before, secret, after) => {
		expect(redact(before + secret + after)).not.toContain(MARK);
	}),
	'half a token is gone as well': fc.property(around, token, fc.nat(), (before, secret, at) => {
		const half = secret.slice(0, 5 + (at % (secret.length - 5)));
		expect(redact(before + half)).not.toContain(MARK);
	}),
	'words without secrets stay as they are': fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (words) => {
		if (!/sig|eyJ/i.test(words)) expect(redact(words)).toBe(words);
	}),
	'no refusal of the service brings them to the user, wherever it puts them': fc.property(
		around,
		fc.oneof(token, signature),
		around,
		fc.constantFrom(400, 401, 403, 404, 429, 500),
		(before, secret, after, status) => {
			const echoed = before + secret + after;
			const refusal = readRefusal(
				status,
				{ 'x-ms-error-code': echoed, 'x-ms-request-id': echoed },
				{ error: { code: echoed, message: echoed, target: echoed } },
			);
			const { message, description, code } = describeFailure(CALLS.readActions, refusal);
			expect(`${message} ${description} ${code}`).not.toContain(MARK);
		},
	),
});
