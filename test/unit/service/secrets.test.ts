import { Secrets } from '../../../nodes/DefenderLiveResponse/service/secrets';

function secretsWith(...values: unknown[]): Secrets {
	const secrets = new Secrets();
	secrets.add(...values);
	return secrets;
}

const SECRET = 'u8Q~Zk.7_-a+/=b"c';

it.each([
	['as it is', `wrong secret ${SECRET} for app`, 'wrong secret (removed) for app'],
	['in a form', `client_id=x&client_secret=${encodeURIComponent(SECRET)}&scope=y`, 'client_id=x&client_secret=(removed)&scope=y'],
	['encoded twice', encodeURIComponent(encodeURIComponent(`a ${SECRET}`)), 'a%2520(removed)'],
	['in JSON', JSON.stringify({ a: SECRET, b: 1 }), '{"a":"(removed)","b":1}'],
	['in JSON in JSON', JSON.stringify(JSON.stringify({ a: SECRET })), '"{\\"a\\":\\"(removed)\\"}"'],
	['in HTML', `<p>${SECRET.replaceAll('"', '&quot;')}</p>`, '<p>(removed)</p>'],
	[
		'in a header of Base64',
		`Basic ${Buffer.from(`client:${SECRET}`).toString('base64')} refused`,
		/^Basic Y2xpZW50O\w?\(removed\) refused$/,
	],
	[
		'in Base64 of several lines',
		`Basic ${Buffer.from(`client:${SECRET}${SECRET}`).toString('base64').replace(/.{8}/g, '$&\r\n')} refused`,
		/^Basic Y2xpZW50\r\nO\w?\(removed\) refused$/,
	],
	[
		'in HTML by numbers',
		`<p>${[...SECRET].map((sign) => (/\w/.test(sign) ? sign : `&#${sign.charCodeAt(0)};`)).join('')}</p>`,
		'<p>(removed)</p>',
	],
	['cut off', `wrong secret ${SECRET.slice(0, -1)}`, 'wrong secret (removed)'],
])('a value is taken out %s', (_, text, expected) => {
	const shown = secretsWith(SECRET).redact(text);
	if (typeof expected === 'string') expect(shown).toBe(expected);
	else expect(shown).toMatch(expected);
});

const LONG = 'abcdefghijklmnopqrstuvwxyz';
const PHRASE = 'my pass phrase 12 and more';
const KEY = '-----BEGIN PRIVATE KEY-----\r\nMIIEvQIBADANBgkq\r\nhkiG9w0BAQEF+/=\r\n-----END PRIVATE KEY-----\r\n';
/** A client id and a secret, as a header has them. */
const basic = (secret: string) => Buffer.from(`client:${secret}`).toString('base64');

it.each<[string, string, string, string]>([
	['with what is attached to it', LONG, `wrong ${LONG}~1; stop`, 'wrong (removed); stop'],
	['with its blanks', PHRASE, `wrong ${PHRASE} here`, 'wrong (removed) here'],
	['from a key, line by line', KEY, `key ${KEY}`, 'key -----BEGIN PRIVATE KEY-----\r\n(removed)-----END PRIVATE KEY-----\r\n'],
	[
		'from a key that is one line',
		JSON.stringify(KEY).slice(1, -1),
		JSON.stringify({ key: KEY }),
		'{"key":"-----BEGIN PRIVATE KEY-----\\r\\n(removed)-----END PRIVATE KEY-----\\r\\n"}',
	],
	['in Base64 that was cut off', LONG, `Basic ${Buffer.from(LONG).toString('base64').slice(0, 20)}`, 'Basic (removed)'],
	['in Base64 with something after it', 'abcdefgh', `Basic ${Buffer.from('abcdefgh:x').toString('base64')}`, 'Basic (removed)'],
	['as a form has it, in Base64', 'a b~c d~e f~g', `Basic ${basic('a+b%7Ec+d%7Ee+f%7Eg')}`, 'Basic Y2xpZW50Om(removed)'],
	['as a link has it, in Base64', 'a b~c d~e f~g', `Basic ${basic('a%20b~c%20d~e%20f~g')}`, 'Basic Y2xpZW50Om(removed)'],
	['as a token, where it is one', 'eyJhbGci.eyJhdWQi.c2lnbg', 'got eyJhbGci.eyJhdWQi.c2lnbg', 'got (token removed)'],
	['by one byte for a letter of Western Europe', 'Schl\u00fcssel-1234', 'secret=Schl%FCssel-1234&a=1', 'secret=(removed)&a=1'],
	['in the Base64 of addresses', '???>>>???>>>', 'Basic Pz8_Pj4-Pz8_Pj4- refused', 'Basic (removed) refused'],
	['in Base64 with signs', '???>>>???>>>', 'Basic Pz8/Pj4+Pz8/Pj4+ refused', 'Basic (removed) refused'],
])('a value is taken out %s', (_, value, text, expected) => {
	expect(secretsWith(value).redact(text)).toBe(expected);
});

it('all values that were noted are taken out, the first ones too', () => {
	const secrets = secretsWith('first-value-1');
	expect(secrets.redact('first-value-1 second-value-2')).toBe('(removed) second-value-2');
	secrets.add('second-value-2', undefined, null, 5, '');
	expect(secrets.redact('first-value-1 second-value-2')).toBe('(removed) (removed)');
});

it('what is too short to be a secret takes nothing out', () => {
	expect(secretsWith('', ' ', '  secret  ').redact('a  secret  message')).toBe('a  secret  message');
});

it("what is no one's own goes as without a credential", () => {
	expect(secretsWith(SECRET).redact('Bearer eyJa.eyJb.c and sig=abc')).toBe('Bearer (token removed) and sig=(removed)');
	expect(new Secrets().redact('sig=abc')).toBe('sig=(removed)');
});

it.each([
	['abcd', 4, 'abcd'],
	['abcde', 4, 'abcd'],
	[`${SECRET} is wrong`, 12, '(removed) is'],
])('of %j, %i characters are quoted', (text, maxLength, expected) => {
	expect(secretsWith(SECRET).quote(text, maxLength)).toBe(expected);
});
