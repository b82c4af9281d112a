import { Deadline } from '../../../nodes/DefenderLiveResponse/service/deadline';
import { earlierNow, itemSession, perSignIn, serviceNow } from '../../../nodes/DefenderLiveResponse/service/session';
import { fakeSession } from './fakeSession';

it.each<[number | undefined, number, number]>([
	[undefined, 0, 0],
	[7_000, 7_000, 0],
	[-7_000, -7_000, -7_000],
])("with the service's clock ahead by %p ms, its time is %p ms ahead, and the earlier one %p ms", (aheadMs, service, earlier) => {
	const { session, clock } = fakeSession(() => ({}));
	session.serviceClock.aheadMs = aheadMs;
	expect([serviceNow(session) - clock.now(), earlierNow(session) - clock.now()]).toEqual([service, earlier]);
});

it('an item has a time limit, costs and a delivery of its own', () => {
	const { session, clock } = fakeSession(() => ({}));
	session.stats.apiCalls = 5;
	session.delivery.sent = 'yes';
	const deadline = new Deadline(clock, 1_000);
	const item = itemSession(session, deadline);
	expect(item).toEqual({ ...session, deadline, delivery: { sent: 'no' }, stats: { apiCalls: 0, retries: 0, waitedMs: 0, throttledMs: 0 } });
	item.stats.apiCalls++;
	item.delivery.sent = 'maybe';
	expect([session.stats.apiCalls, session.delivery.sent]).toEqual([5, 'yes']);
});

it('what items share is of one tenant and app', () => {
	const [one, other] = [fakeSession(() => ({})).session, fakeSession(() => ({})).session];
	const shared = perSignIn(({ application }) => ({ application }));
	expect(shared(one)).toEqual({ application: one.application });
	expect(shared({ ...one, caller: {} })).toBe(shared(one));
	expect(shared(other)).toEqual({ application: other.application });
});
