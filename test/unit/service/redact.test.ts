import { redact } from '../../../nodes/DefenderLiveResponse/service/redact';

it.each([
	['https://h/x?se=1&sig=abc%2F%3D&b=2', 'https://h/x?se=1&sig=(removed)&b=2'],
	['<a href="https://h/x?sig=abc">x</a>', '<a href="https://h/x?sig=(removed)">x</a>'],
	["SIG=one' and sig=two end", "sig=(removed)' and sig=(removed) end"],
	['Bearer eyJ0eXAi.eyJhdWQi.c2ln-_x, and more', 'Bearer (token removed), and more'],
	['eyJ0eXAi.eyJhdWQi. and eyJh-_.b-_.c', '(token removed) and (token removed)'],
	['a design=new, keyJa.b.c and eyJ alone', 'a design=new, keyJa.b.c and eyJ alone'],
])('%s is shown as %s', (text, expected) => {
	expect(redact(text)).toBe(expected);
});
