import { runHints } from '../../../nodes/DefenderLiveResponse/host/runHints';

const result = (outcome: string, computerDnsName = 'ws-01', more = {}) => ({
	outcome,
	computerDnsName,
	machineActionId: `${computerDnsName}-${outcome}`,
	commandIndex: 0,
	...more,
});

it('gives no hint for a run in which everything went well', () => {
	expect(runHints([result('succeeded'), result('scriptFailed', 'ws-02')], 59_000)).toEqual([]);
	expect(runHints([{ id: 'an action' }, {}], 0)).toEqual([]);
});

it('counts and names what is unfinished, unreadable, refused or not sent, each with what to do', () => {
	const items = [
		result('succeeded'),
		result('pending', 'ws-02'),
		result('pending', 'ws-03'),
		result('unreadable', 'ws-04'),
		result('notSent', 'ws-05'),
		{ outcome: 'refused', computerDnsName: 'ws-06', error: 'It is busy' },
	];
	expect(runHints(items, 0)).toEqual([
		expect.stringMatching(/^2 of 6 are still unfinished \(ws-02, ws-03\)\. .*Get Result.*Max Wait/),
		expect.stringMatching(/^1 of 6 was not sent \(ws-05\)\. /),
		expect.stringMatching(/^1 of 6 cannot be read \(ws-04\)\. /),
		expect.stringMatching(/^1 of 6 was refused \(ws-06\)\. /),
	]);
});

it('counts a result once that is spread over several items, and names three devices at most', () => {
	const parts = ['a', 'b', 'c', 'd'].flatMap((name) => [1, 2, 3].map(() => result('pending', name)));
	expect(runHints(parts, 0)[0]).toMatch(/^4 of 4 are still unfinished \(a, b, c, …\)\./);
});

it('says what was cut, and how long the limits took', () => {
	const [cut, paced] = runHints([result('succeeded', 'ws-01', { omittedCharacters: 12 })], 185_000);
	expect(cut).toMatch(/^The output of 1 of 1 was cut \(ws-01\)\. Raise 'Output: Max Length'/);
	expect(paced).toContain('wait for 3 minutes');
});

it('shows no name that a browser could take for more than a name', () => {
	const [hint] = runHints([result('pending', '<img src=x onerror=alert(1)>'), { outcome: 'pending', computerDnsName: null }], 0);
	expect(hint).toMatch(/^2 of 2 are still unfinished\. /);
});
