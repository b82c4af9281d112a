import { copied, keptPart } from '../../../nodes/DefenderLiveResponse/result/copied';

it.each(['', 'a', 'Grüße 日本 😀', 'half \ud83d', '"\\\u0000\n\u2028'])('copies %j', (text) => {
	expect(copied(text)).toBe(text);
	expect(copied([text, 'x'])).toEqual([text, 'x']);
});

it('keeps a part as it is, in whatever memory', () => {
	expect([keptPart('ab', 4), keptPart('ab', 5), keptPart('', 1)]).toEqual(['ab', 'ab', '']);
});
