import { GET_RESULT, SCRIPT } from '../../test/support/actions';
import type { Setting } from '../../test/support/setting';
import { startSetting } from '../../test/support/setting';
import { shippedPackage } from '../../test/support/shippedPackage';
import { apiClient } from '../../test/unit/emulator/client';
import { PAIRS, repeated, shown } from '../pairs';
import type { Figures, Part } from '../part';

const DEVICES = 500;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const POLL = 10 * SECOND;

/** Minutes pass in seconds; a request of 5 ms seems to take a tenth of a second. */
const SPEED = 20;

/** The devices end one after the other between these. */
const FIRST_END = 2 * MINUTE;
const LAST_END = 10 * MINUTE;

/** Live responses that end one by one; gives their ids, and when each ends. */
function startAll(setting: Setting): Map<string, number> {
	const { emulator } = setting;
	const begun = emulator.now();
	const ends = new Map<string, number>();
	for (let i = 0; i < DEVICES; i++) {
		const endedAt = begun + FIRST_END + ((LAST_END - FIRST_END) * i) / (DEVICES - 1);
		const { id } = emulator.addAction({
			commands: [{ type: 'RunScript', name: SCRIPT, script: {} }],
			status: 'Succeeded',
			createdAt: begun,
			endedAt,
		});
		ends.set(id, endedAt);
	}
	return ends;
}

/** Asks for each unfinished device every ten seconds. @returns how many calls it took */
async function askForEach(setting: Setting): Promise<number> {
	const call = apiClient(setting.emulator);
	let open = [...startAll(setting).keys()];
	let calls = 0;
	for (let due = setting.emulator.now(); open.length > 0; due += POLL) {
		const still: string[] = [];
		for (const id of open) {
			calls++;
			const { body } = (await call('GET', `/machineactions/${id}`)) as { body: { status: string } };
			if (body.status === 'Pending' || body.status === 'InProgress') still.push(id);
		}
		open = still;
		// The polls themselves take longer on this clock than they should; the next one is still due on time.
		setting.advance(due + POLL - setting.emulator.now());
	}
	return calls;
}

async function measure(): Promise<Figures> {
	const setting = await startSetting({ limits: 'none' }, {}, SPEED, {}, await shippedPackage());
	const run = async () => {
		setting.emulator.reset();
		// The calls of the previous run no longer count.
		setting.advance(2 * HOUR);
		const ends = startAll(setting);
		const items = [...ends.keys()].map((id) => ({ id }));
		const { results } = await setting.runNode(GET_RESULT, { items });
		const done = setting.emulator.now();
		const asked = setting.requestsOf('blob');
		const delays = asked.map(({ url, at }) => (at - (ends.get(url.split('/')[2]) ?? NaN)) / SECOND);
		const statusCalls = setting.emulator.requests.filter(
			({ operation }) => operation === 'action.list' || operation === 'action.get',
		).length;
		const right = results.filter(({ outcome, machineActionId }, i) => outcome === 'succeeded' && machineActionId === items[i].id).length;
		return { statusCalls, delays: repeated(delays), lost: DEVICES - right, handedOn: (done - Math.max(...ends.values())) / SECOND };
	};
	const runs: Array<Awaited<ReturnType<typeof run>>> = [];
	while (runs.length < PAIRS) runs.push(await run());
	setting.emulator.reset();
	const each = await askForEach(setting);
	await setting.close();
	const calls = repeated(runs.map(({ statusCalls }) => statusCalls));
	const of = (name: 'median' | 'most') => shown(repeated(runs.map(({ delays }) => delays[name])), 1);
	return {
		goals: [
			{
				what: 'status calls compared with one call per device and poll',
				figure: calls.median / each,
				spread: [calls.least / each, calls.most / each],
				atMost: 0.01,
			},
		],
		tables: [
			{
				columns: ['', 'the node', 'one call per device'],
				rows: [
					['status calls until all are done', shown(calls, 0), each.toLocaleString('en-US')],
					['from the end of an action to the download of its result, median (s)', of('median'), ''],
					['the same, longest (s)', of('most'), ''],
					['from the end of the last action to the items (s)', shown(repeated(runs.map(({ handedOn }) => handedOn)), 1), ''],
					['items lost', Math.max(...runs.map(({ lost }) => lost)), ''],
				],
			},
		],
	};
}

export const waiting: Part = {
	title: 'Waiting',
	text: `Calls for the status until ${DEVICES} live responses are done that end one after the other between minute 2 and minute 10, polled every 10 s, on a clock that runs ${SPEED} times as fast, in n8n's own engine. Compared with a client that asks for each unfinished action separately, as a loop of HTTP Request and Wait does. The delays are seconds of that clock; what the machine takes for a request counts ${SPEED} times in them. The items of an execution continue together when the last device is done.`,
	measure,
};
