import { nearestNames } from '../../../nodes/DefenderLiveResponse/service/nearestNames';

it.each<[string, string[], string[]]>([
	['chek.ps1', ['check.ps1', 'Check2.ps1', 'other.ps1'], ['check.ps1', 'check2.ps1']],
	['WS-FIN-01', ['ws-fin-01', 'ws-fin-02'], ['ws-fin-01', 'ws-fin-02']],
	['ab', ['cd', 'ad', 'abc'], []],
	[' chek.ps1 ', ['check2.ps1', 'check.ps1'], ['check.ps1', 'check2.ps1']],
	['x'.repeat(100), ['x'.repeat(100)], ['x'.repeat(100)]],
	['x'.repeat(99), ['x'.repeat(101)], []],
	['x'.repeat(200), ['x'.repeat(200)], []],
	['srv-1', 'gacebdf'.split('').map((letter) => `srv-${letter}`), ['srv-a', 'srv-b', 'srv-c', 'srv-d', 'srv-e']],
	['', ['a'], []],
])('nearest to %s of %j: %j', (wanted, names, expected) => {
	expect(nearestNames(wanted, names)).toEqual(expected);
});

it('can compare a part of the names', () => {
	const host = (name: string) => name.split('.')[0];
	expect(nearestNames('ws-01.fabrikam.com', ['ws-01.contoso.com', 'ws-02.contoso.com', 'db'], host)).toEqual([
		'ws-01.contoso.com',
		'ws-02.contoso.com',
	]);
});
