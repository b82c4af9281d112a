import { actionEntity } from '../result/entities';
import { fakeSession } from './fakeSession';
import { ends, idsOf, isById, SECOND, watchOf } from './watchedService';

it('checks twenty thousand actions', async () => {
	const ids = idsOf(20_000);
	const fake = fakeSession((call) => ({ value: isById(call) ? [] : ids.map((id) => actionEntity('InProgress', [{}], id)) }));
	// Three or four looks: what grows with the square of their number would run out of jest's time.
	const seen = await ends(watchOf(fake.session, 30 * SECOND), ids, () => fake.clock.now());
	expect(seen.every(({ ended, status }) => ended === false && status === 'InProgress')).toBe(true);
});
