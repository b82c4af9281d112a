import { redact } from '../../../nodes/DefenderLiveResponse/service/redact';

it.each([
	['https://h/x?se=1&sig=abc%2F%3D&b=2', 'https://h/x?se=1&sig=(removed)&b=2'],
	['<a href="https://h/x?sig=abc">x</a>', '<a href="https://h/x?sig=(removed)">x</a>'],
	["SIG=one' and sig=two end", "sig=(removed)' and sig=(removed) end"],
	['Bearer eyJ0eXAi.eyJhdWQi.c2ln-_x, and more', 'Bearer (token removed), and more'],
	['eyJ0eXAi.eyJhdWQi. and eyJh-_.b-_.c', '(token removed) and (token removed)'],
	['a token that is cut off: eyJ0', 'a token that is cut off: (token removed)'],
	[
		'https://h/?to=https%3A%2F%2Fs%3Fsig%3Dabc%252F&b=2 and sig%253dabc',
		'https://h/?to=https%3A%2F%2Fs%3Fsig=(removed)&b=2 and sig=(removed)',
	],
	['sig and eyJ alone, and a sign=5', 'sig and eyJ alone, and a sign=5'],
	['se=1\\u0026sig\\u003dabc\\u0026b=2', 'se=1\\u0026sig=(removed)'],
	['in JSON in JSON: sig\\\\u003Dabc', 'in JSON in JSON: sig=(removed)'],
	[
		'in HTML: se=1&amp;sig&#61;abc&amp;b, sig&#x3d;abc, sig&amp;#061;abc and sig&equals;abc',
		'in HTML: se=1&amp;sig=(removed)&amp;b, sig=(removed) sig=(removed) and sig=(removed)',
	],
	['sig = abc, sig%20%3D%20abc and sig\n=\nabc', 'sig=(removed) sig=(removed) and sig=(removed)'],
	['{"sig":"abc","b":1} and {\\"Sig\\": \\"abc\\"}', '{"sig":"(removed)","b":1} and {\\"Sig\\": \\"(removed)"}'],
	["{'sig': 'abc'} and &quot;sig&quot;:&quot;abc&quot;", "{'sig': '(removed)'} and &quot;sig&quot;:&quot;(removed)&quot;"],
	['%73%69%67%3dabc', '%73%69%67=(removed)'],
	['in HTML: sig=ab&#43;cd&#x2F;ef&#x3D;&amp;b=2', 'in HTML: sig=(removed)&amp;b=2'],
	[
		'{"name":"sig","value":"abc"}, ["sig","abc"] and "sig"=>"abc"',
		'{"name":"sig","value":"(removed)"}, ["sig","(removed)"] and "sig"=>"(removed)"',
	],
	['<Query><sig>abc</sig></Query>', '<Query><sig>(removed)</sig></Query>'],
	["client_secret: '0123456789abcdef'", "client_secret=(removed)'"],
	[
		'https://userrequests-us.securitycenter.windows.com/safedownload/a.zip?token=abc&x=1',
		'https://userrequests-us.securitycenter.windows.com/safedownload/a.zip?token=(removed)&x=1',
	],
	[
		'{"access_token":"opaque~1","refresh_token":"0.AX","expires_in":5}',
		'{"access_token":"(removed)","refresh_token":"(removed)","expires_in":5}',
	],
	['client_id=x&client_secret=a%7Eb&client_assertion=abc', 'client_id=x&client_secret=(removed)&client_assertion=(removed)'],
	['Authorization: Bearer opaque-token_1~', 'Authorization: Bearer (token removed)'],
	['bearer%20opaque1 and Bearer\\u0020opaque1', 'bearer (token removed) and Bearer (token removed)'],
	['header eyJ0%2EeyJ1%2Ec2ln', 'header (token removed)'],
	['Bearers of 3 badges', 'Bearers of 3 badges'],
	['The bearer token is missing. Unexpected token = in line 3', 'The bearer token is missing. Unexpected token = in line 3'],
])('%s is shown as %s', (text, expected) => {
	expect(redact(text)).toBe(expected);
});
