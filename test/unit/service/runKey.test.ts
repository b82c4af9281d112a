import { hasRunKey, isKeyed, isRunKey, withRunKey } from '../../../nodes/DefenderLiveResponse/service/runKey';

it.each<[string, boolean]>([
	['case-4711', true],
	['Fall 4711 (größer)', true],
	['', true],
	['x'.repeat(100), true],
	['x'.repeat(101), false],
	[' case', false],
	['case ', false],
	['ca[se', false],
	['ca]se', false],
	['ca\nse', false],
	['ca\u0000se', false],
])('%j can be a run key: %s', (key, expected) => {
	expect(isRunKey(key)).toBe(expected);
});

it('a comment begins with its key, since a service that shortens comments cuts their end off', () => {
	expect(withRunKey('n8n workflow W', 'case-4711')).toBe('[run key: case-4711] n8n workflow W');
});

it.each<[string | null | undefined, string, boolean]>([
	['[run key: case-4711] by n8n', 'case-4711', true],
	['by n8n [run key: case-4711]', 'case-4711', true],
	['[run key: case-4711', 'case-4711', false],
	['[run key: case-47112]', 'case-4711', false],
	['[run key: a case-4711]', 'case-4711', false],
	['[run key: Case-4711]', 'case-4711', false],
	['case-4711', 'case-4711', false],
	['[run key: pru\u0308fung]', 'pr\u00fcfung', true],
	['[run key: pr\u00fcfung]', 'pru\u0308fung', true],
	['', 'x', false],
	[null, 'x', false],
	[undefined, 'x', false],
])('the comment %j has the key %j: %s', (comment, key, expected) => {
	expect(hasRunKey(comment, key)).toBe(expected);
});

it.each<[string | null | undefined, boolean]>([
	['[run key: case-4711] by n8n', true],
	['by n8n [run key: x', true],
	['run key: x', false],
	['', false],
	[null, false],
	[undefined, false],
])('the comment %j has some key: %s', (comment, expected) => {
	expect(isKeyed(comment)).toBe(expected);
});
