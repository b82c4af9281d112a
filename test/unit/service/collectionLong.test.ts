import { CALLS } from '../../../nodes/DefenderLiveResponse/service/calls';
import { listEntities } from '../../../nodes/DefenderLiveResponse/service/collection';
import { fakeSession } from './fakeSession';

/** A list of this many pages. */
async function list(pages: number) {
	let asked = 0;
	const { session, calls } = fakeSession(() => ({ value: [++asked], '@odata.nextLink': asked < pages ? `?$skip=${asked}` : undefined }));
	session.resultLimits = { perMinute: 0, perHour: 0 };
	const listed = listEntities(session, { kind: CALLS.resultLink, path: '/results', search: '' }, Infinity);
	return {
		calls,
		count: await listed.then(
			(entities) => entities.length,
			(error: unknown) => error,
		),
	};
}

it('ends a list that has no end, but none that any tenant fills', async () => {
	expect((await list(1_000)).count).toBe(1_000);
	const { count, calls } = await list(1_001);
	expect(count).toMatchObject({ message: 'Defender answered with something that is not a valid list of results with an end' });
	expect(calls).toHaveLength(1_000);
});
