import { requestsForAll } from '../../../nodes/DefenderLiveResponse/host/resultFetcher';
import type { ResultSettings } from '../../../nodes/DefenderLiveResponse/result/options';
import { actionOf } from '../result/entities';

const SETTINGS = { simplify: true } as ResultSettings;
const listing = (count: number) =>
	actionOf(
		'Succeeded',
		Array.from({ length: count }, () => ({})),
	);

it('asks for each command once, in their order', () => {
	const action = actionOf('Succeeded', [{ index: 2 }, { index: 0 }, { index: 2 }]);
	expect(requestsForAll(action, SETTINGS, 4)).toEqual(
		[2, 0].map((commandIndex) => ({ action, commandIndex, settings: SETTINGS, itemIndex: 4 })),
	);
});

it('asks for a first command where none is listed', () => {
	const action = actionOf('Succeeded', []);
	expect(requestsForAll(action, SETTINGS, 0)).toEqual([{ action, commandIndex: 0, settings: SETTINGS, itemIndex: 0 }]);
});

it('asks for five hundred at most, says so, and shows no more of the action', () => {
	const all = requestsForAll(listing(500), SETTINGS, 0);
	expect(all).toHaveLength(500);
	expect(all.filter(({ errors }) => errors)).toEqual([]);
	const some = requestsForAll(listing(40_000), SETTINGS, 0);
	expect(some).toHaveLength(500);
	expect(some.filter(({ errors }) => errors).map(({ commandIndex, errors }) => [commandIndex, errors])).toEqual([
		[499, ['The machine action has 40000 commands; only the results of the first 500 are fetched']],
	]);
	for (const { action } of some) expect([action.commands.length, (action.entity.commands as unknown[]).length]).toEqual([500, 500]);
});
