import { listed } from '../../../nodes/DefenderLiveResponse/service/listed';

it.each<[string[], string]>([
	[[], ''],
	[['a'], 'a'],
	[['a', 'b'], 'a, b'],
	[['a', 'b', 'c'], 'a, b and 1 more'],
	[['a', 'b', 'c', 'd', 'e'], 'a, b and 3 more'],
])('two of %j are named at most: %j', (names, expected) => {
	expect(listed(names, 2)).toBe(expected);
});
