import { redact } from '../../../nodes/DefenderLiveResponse/service/redact';

it.each([
	['https://h/x?se=1&sig=abc%2F%3D&b=2', 'https://h/x?se=1&sig=(removed)&b=2'],
	['<a href="https://h/x?sig=abc">x</a>', '<a href="https://h/x?sig=(removed)">x</a>'],
	["SIG=one' and sig=two end", "sig=(removed)' and sig=(removed) end"],
	['Bearer eyJ0eXAi.eyJhdWQi.c2ln-_x, and more', 'Bearer (token removed), and more'],
	['eyJ0eXAi.eyJhdWQi. and eyJh-_.b-_.c', '(token removed) and (token removed)'],
	['a token that is cut off: eyJ0', 'a token that is cut off: (token removed)'],
	['https://h/?to=https%3A%2F%2Fs%3Fsig%3Dabc%252F&b=2 and sig%253dabc', 'https://h/?to=https%3A%2F%2Fs%3Fsig=(removed)&b=2 and sig=(removed)'],
	['sig and eyJ alone, and a sign=5', 'sig and eyJ alone, and a sign=5'],
])('%s is shown as %s', (text, expected) => {
	expect(redact(text)).toBe(expected);
});
