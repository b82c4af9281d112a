import * as answers from '../../../nodes/DefenderLiveResponse/service/answer';
import { CALLS } from '../../../nodes/DefenderLiveResponse/service/calls';
import type { Collection } from '../../../nodes/DefenderLiveResponse/service/collection';
import { listEntities } from '../../../nodes/DefenderLiveResponse/service/collection';
import { fakeSession } from './fakeSession';

const MB = 1024 * 1024;

jest.mock('../../../nodes/DefenderLiveResponse/service/answer', () => ({
	...jest.requireActual<typeof answers>('../../../nodes/DefenderLiveResponse/service/answer'),
	bytesOf: () => 60 * MB,
}));

/** A list of long pages without end. */
async function list(more: Partial<Collection> = {}) {
	let asked = 0;
	const { session, calls } = fakeSession(() => ({
		value: [{ id: `${++asked}` }, { id: `${asked}x` }],
		'@odata.nextLink': `?$skip=${asked}`,
	}));
	const listed = listEntities(session, { kind: CALLS.readMachines, path: '/machines', search: '', maxPages: 20, ...more }, Infinity);
	return { calls, error: await listed.catch((error: unknown) => error) };
}

it('ends a list whose pages together are longer than n8n could hold', async () => {
	const { calls, error } = await list();
	expect(error).toMatchObject({ message: 'Defender answered with more than 256 MB when it was asked to read devices' });
	expect(calls).toHaveLength(Math.floor(answers.MAX_LIST_BYTES / (60 * MB)) + 1);
});

it('counts of each page what is kept of it', async () => {
	const { error } = await list({ matches: () => false });
	expect(error).toMatchObject({ message: 'Defender answered with something that is not a valid list of devices with an end' });
});
