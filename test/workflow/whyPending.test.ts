import { GET_RESULT, SCRIPT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => setting.emulator.reset());

afterAll(async () => await setting.close());

/** Pending actions of as many devices, each last seen three days ago. */
function pending(count: number): Array<{ id: string }> {
	const { emulator } = setting;
	return Array.from({ length: count }, (_, place) => {
		const lastSeen = new Date(emulator.now() - 3 * 86_400_000 - 60_000).toISOString();
		const { id: machineId } = emulator.addDevice({ computerDnsName: `ws-${place}.contoso.example`, lastSeen });
		const createdAt = emulator.now() - 12 * 60_000 - 30_000;
		return { id: emulator.addAction({ machineId, status: 'Pending', createdAt, commands: [{ type: 'RunScript', name: SCRIPT }] }).id };
	});
}

const getResults = async (items: Array<{ id: string }>) => await setting.runNode({ ...GET_RESULT, waitForCompletion: false }, { items });

it('says since when an action is pending and when its device was last seen, with one list for all', async () => {
	const { results } = await getResults(pending(3));
	expect(results.map(({ outcome, errors }) => [outcome, errors])).toEqual(
		results.map(() => [
			'pending',
			['The device has not started it (Pending, sent 12 minutes ago). It may be offline. It was last seen 3 days ago'],
		]),
	);
	expect(setting.requestsOf('machine.list')).toHaveLength(1);
});

it.each([403, 503])('says no more than is known where the list is refused with %d, which is not asked for again', async (status) => {
	setting.emulator.fault({ on: 'machine.list', times: Infinity, effect: { kind: 'status', status } });
	const { results } = await getResults(pending(1));
	expect(results).toEqual([
		expect.objectContaining({ outcome: 'pending', errors: [expect.stringMatching(/^The device has not started it/)] }),
	]);
	expect(setting.requestsOf('machine.list')).toHaveLength(1);
});
