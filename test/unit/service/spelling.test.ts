import { spelled } from '../../../nodes/DefenderLiveResponse/service/spelling';

const isSpelling = (text: string, spelling: string) => new RegExp(`^${spelled(text)}$`).test(spelling);

it.each<[string, string]>([
	['"', '&quot;'],
	['&', '&amp;'],
	["'", '&apos;'],
	['+', '&plus;'],
	['-', '&hyphen;'],
	['.', '&period;'],
	['/', '&sol;'],
	[':', '&colon;'],
	['<', '&lt;'],
	['=', '&equals;'],
	['>', '&gt;'],
	['_', '&lowbar;'],
	['_', '&amp;lowbar;'],
	['a', '%61'],
	['a', '&#97;'],
	['a', '&#x061;'],
	['a', '\\u0061'],
	['a', '\\x61'],
	[' ', '+'],
	[' ', '%20'],
	['"', '\\"'],
	['ü', '%c3%BC'],
	['ü', '%FC'],
	['ÿ', '%ff'],
	['調', '%E8%AA%BF'],
	['😀', '\\ud83d\\uDE00'],
	['ab', 'a%62'],
])('%j is written as %s too', (text, spelling) => {
	expect(isSpelling(text, spelling)).toBe(true);
});

it.each<[string, string]>([
	['n', '\\n'],
	['a', '+'],
	['a', '&undefined;'],
	['調', '%8abf'],
	['.', 'a'],
	['ab', 'a'],
])('%j is not written as %s', (text, spelling) => {
	expect(isSpelling(text, spelling)).toBe(false);
});
