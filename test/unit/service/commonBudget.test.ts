import type { Budget } from '../../../nodes/DefenderLiveResponse/service/deadline';
import { CommonBudget, Deadline } from '../../../nodes/DefenderLiveResponse/service/deadline';
import { MINUTE_MS } from '../../../nodes/DefenderLiveResponse/service/time';
import { FakeClock } from './fakeClock';

const clock = new FakeClock();

it('goes through those who wait a few times a second, however many calls they wait for', () => {
	const asked = { hold: 0, left: 0, charge: 0 };
	const budget = (): Budget => ({
		start: () => undefined,
		hold: () => {
			asked.hold++;
			return () => undefined;
		},
		charge: () => void asked.charge++,
		leftMs: () => {
			asked.left++;
			return MINUTE_MS;
		},
	});
	const common = new CommonBudget(clock, new Set(Array.from({ length: 1_000 }, budget)));
	const resumes = Array.from({ length: 200 }, () => {
		common.start();
		common.charge(0);
		expect(common.leftMs()).toBe(MINUTE_MS);
		return common.hold();
	});
	for (const resume of resumes) resume();
	expect(asked).toEqual({ hold: 1_000, left: 1_200, charge: 0 });
});

it('gives a call as long as the one has who has the most time, also one who joins', async () => {
	const budgets = new Set<Budget>([new Deadline(clock, 2 * MINUTE_MS, 0), new Deadline(clock, MINUTE_MS, 0)]);
	const common = new CommonBudget(clock, budgets);
	common.start();
	await clock.sleep(MINUTE_MS);
	expect(common.leftMs()).toBe(MINUTE_MS);
	budgets.add(new Deadline(clock, 5 * MINUTE_MS, 0));
	expect(common.leftMs()).toBe(5 * MINUTE_MS);
});

it('knows half a second later that another one has the most time', async () => {
	const first = new Deadline(clock, 3 * MINUTE_MS, 0);
	const common = new CommonBudget(clock, new Set([first, new Deadline(clock, 2 * MINUTE_MS, 0)]));
	common.start();
	expect(common.leftMs()).toBe(3 * MINUTE_MS);
	first.charge(2 * MINUTE_MS);
	await clock.sleep(500);
	expect(common.leftMs()).toBe(2 * MINUTE_MS - 500);
});

it('gives no time where no one waits', () => {
	expect(new CommonBudget(clock, new Set()).leftMs()).toBe(0);
});

it('counts for all the time in which the service kept a call back', () => {
	const each = [MINUTE_MS, 2 * MINUTE_MS].map((ms) => new Deadline(clock, ms, 0));
	const common = new CommonBudget(clock, new Set(each));
	common.start();
	common.charge(MINUTE_MS / 2);
	expect(each.map((deadline) => deadline.leftMs())).toEqual([MINUTE_MS / 2, (MINUTE_MS * 3) / 2]);
});

it('lets no time pass for anybody while one of the calls is held, also for one who joins', async () => {
	const first = new Deadline(clock, MINUTE_MS, 0);
	const joined = new Deadline(clock, MINUTE_MS, 0);
	const budgets = new Set<Budget>([first]);
	const common = new CommonBudget(clock, budgets);
	common.start();
	const resumes = [common.hold()];
	await clock.sleep(MINUTE_MS / 2);
	budgets.add(joined);
	common.start();
	resumes.push(common.hold());
	resumes[0]();
	await clock.sleep(MINUTE_MS);
	resumes[1]();
	await clock.sleep(MINUTE_MS / 4);
	expect([first.leftMs(), joined.leftMs()]).toEqual([(MINUTE_MS * 3) / 4, (MINUTE_MS * 3) / 4]);
});
