/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { CALLS } from '../../../nodes/DefenderLiveResponse/service/calls';
import { Cancelled } from '../../../nodes/DefenderLiveResponse/service/clock';
import type { Delivery } from '../../../nodes/DefenderLiveResponse/service/delivery';
import { noteSending } from '../../../nodes/DefenderLiveResponse/service/delivery';
import { callApi } from '../../../nodes/DefenderLiveResponse/service/request';
import type { Session } from '../../../nodes/DefenderLiveResponse/service/session';
import { disconnected, fakeSession, refused } from './fakeSession';

const READ = { kind: CALLS.readActions, method: 'GET' as const, path: '/machineactions/x' };
const RUN = { kind: CALLS.run, method: 'POST' as const, path: '/machines/x/runliveresponse', body: { Comment: 'why' } };
const UPLOAD = { kind: { ...CALLS.uploadFile, repeatable: true }, method: 'POST' as const, path: '/libraryfiles' };

it.each<[string, unknown, typeof RUN | typeof READ, string]>([
	['is answered', undefined, RUN, 'yes'],
	['is refused', refused(400, { code: 'InvalidInput' }), RUN, 'no'],
	['is refused by a gateway', refused(502), RUN, 'maybe'],
	['breaks off', disconnected('ECONNRESET'), RUN, 'maybe'],
	['meets no service', disconnected('EPROTO'), RUN, 'maybe'],
	['only reads, and is answered', undefined, READ, 'no'],
	['only reads, and is refused', refused(400, { code: 'InvalidInput' }), READ, 'no'],
])('says whether it was sent when a request %s', async (_, error, request, sent) => {
	const { session } = fakeSession(() => {
		if (error) throw error;
		return {};
	});
	await callApi(session, request).catch(() => undefined);
	expect(session.delivery.sent).toBe(sent);
});

it('stays in doubt when a repeat of a write that may have arrived is refused', async () => {
	const answers = [refused(503), refused(400, { code: 'BadRequest' })];
	const { session } = fakeSession(() => {
		throw answers.shift();
	});
	await callApi(session, UPLOAD).catch(() => undefined);
	expect(session.delivery.sent).toBe('maybe');
});

it('stays sent when a second write of the item is refused', async () => {
	const answers = [undefined, refused(400, { code: 'BadRequest' })];
	const { session } = fakeSession(() => {
		const error = answers.shift();
		if (error) throw error;
		return {};
	});
	await callApi(session, RUN);
	await callApi(session, { ...RUN, kind: CALLS.cancelAction }).catch(() => undefined);
	expect(session.delivery.sent).toBe('yes');
});

describe('when no more calls are to be made', () => {
	/** A service that answers on request. */
	function slow() {
		const stop = new AbortController();
		const user = new AbortController();
		let answer = () => {};
		const { session } = fakeSession(() => undefined, stop.signal);
		const calls: unknown[] = [];
		const signed: Session['transport']['signed'] = async (options) => {
			calls.push(options);
			return await new Promise((resolve) => (answer = () => resolve({ body: { id: 'x' }, headers: {}, statusCode: 200 })));
		};
		return {
			session: { ...session, transport: { ...session.transport, signed }, userSignal: user.signal },
			calls,
			stop,
			user,
			answer: () => answer(),
		};
	}
	const soon = async () => await new Promise((resolve) => setImmediate(resolve));

	it('waits for the answer of a write that has left', async () => {
		const { session, stop, answer } = slow();
		const running = callApi(session, RUN);
		await soon();
		stop.abort();
		answer();
		expect(await running).toEqual({ id: 'x' });
		expect(session.delivery.sent).toBe('yes');
	});

	it('waits for it no longer when the user stops the execution', async () => {
		const { session, stop, user } = slow();
		const running = callApi(session, RUN);
		await soon();
		stop.abort();
		user.abort();
		await expect(running).rejects.toThrow(Cancelled);
		expect(session.delivery.sent).toBe('maybe');
	});

	it('does not wait for a read, and sends nothing that has not left', async () => {
		const { session, stop, calls } = slow();
		const reading = callApi(session, READ);
		await soon();
		stop.abort();
		await expect(reading).rejects.toThrow(Cancelled);
		await expect(callApi(session, RUN)).rejects.toThrow(Cancelled);
		expect(calls).toHaveLength(1);
		expect(session.delivery.sent).toBe('no');
	});
});

it('a write that did nothing leaves no trace', () => {
	const delivery: Delivery = { sent: 'no' };
	noteSending(delivery, 5)('no');
	expect(delivery).toEqual({ sent: 'no', sentAt: undefined });
	noteSending(delivery, 7)('maybe');
	noteSending(delivery, 9)('no');
	expect(delivery).toEqual({ sent: 'maybe', sentAt: 7 });
});

it('what was sent stays so, whatever happens to another write', () => {
	const delivery: Delivery = { sent: 'yes' };
	const answered = noteSending(delivery, 5);
	expect(delivery.sent).toBe('yes');
	answered('maybe');
	expect(delivery.sent).toBe('yes');
});
