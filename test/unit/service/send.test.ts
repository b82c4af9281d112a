import type { IHttpRequestOptions } from 'n8n-workflow';
import { send, tryMs } from '../../../nodes/DefenderLiveResponse/service/send';
import { fakeSession } from './fakeSession';

it.each([
	[8_000, 8_000, 8_000],
	[15_000, 10_000, 15_000],
	[60_000, 30_000, 60_000],
	[600_000, 90_000, 90_000],
])('with %i ms left one try has %i ms, so that there may be another, or %i ms where there is only one', (leftMs, read, write) => {
	expect([tryMs(leftMs), tryMs(leftMs, false)]).toEqual([read, write]);
});

describe('a request without an answer', () => {
	/** Sends one for 10 s. */
	function silent(signal?: AbortSignal) {
		const { session, clock } = fakeSession(() => undefined);
		session.transport.signed = async () => await new Promise(() => undefined);
		const options: IHttpRequestOptions = { url: 'https://api.security.microsoft.com/api/machines' };
		return { answer: send(session, options, 10_000, signal), clock, isClosed: () => options.abortSignal?.aborted };
	}

	it('is closed when its time has passed', async () => {
		const { answer, isClosed } = silent();
		expect(isClosed()).toBe(false);
		expect(await answer).toEqual({ failure: { kind: 'network', code: 'ETIMEDOUT' } });
		expect(isClosed()).toBe(true);
	});

	it('is closed at once with the signal', () => {
		const user = new AbortController();
		const { isClosed } = silent(user.signal);
		user.abort();
		expect(isClosed()).toBe(true);
	});
});
