import type { SilenceGuard } from '../../../nodes/DefenderLiveResponse/service/silence';
import { guardAgainstSilence, inTime } from '../../../nodes/DefenderLiveResponse/service/silence';
import { FakeClock } from './fakeClock';

const MAX_LENGTH = 60_000;
const never = new Promise<never>(() => undefined);

let clock: FakeClock;
let guard: SilenceGuard;

beforeEach(() => {
	clock = new FakeClock();
	guard = guardAgainstSilence(clock, MAX_LENGTH);
});
afterEach(() => guard.end());

/** The result of reading for so long. */
async function readFor(ms: number): Promise<unknown> {
	return await guard.during(clock.sleep(ms).then(() => 'read'));
}

it('gives what was read', async () => {
	expect(await guard.during(Promise.resolve('read'))).toBe('read');
	expect(await readFor(59_000)).toBe('read');
});

it('gives nothing where the read failed', async () => {
	expect(await guard.during(Promise.reject(new Error('lost')))).toBeUndefined();
});

it('gives up a read that takes longer, within a second', async () => {
	const begun = clock.now();
	expect(await guard.during(never)).toBeUndefined();
	expect(clock.now() - begun).toBeGreaterThan(MAX_LENGTH);
	expect(clock.now() - begun).toBeLessThanOrEqual(MAX_LENGTH + 1_000);
});

it('counts each read for itself', async () => {
	for (let count = 0; count < 3; count++) expect(await readFor(40_000)).toBe('read');
});

it("does not count the time between reads, which is the reader's", async () => {
	expect(await readFor(1_000)).toBe('read');
	await clock.sleep(3 * MAX_LENGTH);
	expect(await readFor(1_000)).toBe('read');
});

it('gives up within a second when the execution is cancelled', async () => {
	const user = new AbortController();
	const cancellable = guardAgainstSilence(clock, MAX_LENGTH, user.signal);
	const begun = clock.now();
	const reading = cancellable.during(never);
	await clock.at(begun + 5_000, () => user.abort());
	expect(await reading).toBeUndefined();
	expect(clock.now() - begun).toBeLessThanOrEqual(6_000);
	cancellable.end();
});

it('looks no more once it has ended', async () => {
	guard.end();
	await clock.sleep(2_000);
	const sleep = jest.spyOn(clock, 'sleep');
	await clock.sleep(5_000);
	expect(sleep).toHaveBeenCalledTimes(1);
});

describe('how much comes', () => {
	/** The result of reading this many bytes each time that this many ms have passed. */
	async function read(bytes: number, everyMs: number, forMs: number): Promise<number | undefined> {
		const begun = clock.now();
		while (clock.now() - begun < forMs) {
			if ((await readFor(everyMs)) === undefined) return clock.now() - begun;
			guard.received(bytes);
		}
		return undefined;
	}

	it('does not matter above a kilobyte a second', async () => {
		expect(await read(22 * 1024, 20_000, 30 * 60_000)).toBeUndefined();
		expect(await read(55 * 1024, 50_000, 30 * 60_000)).toBeUndefined();
	});

	it('is as good as nothing below', async () => {
		expect(await read(1, 20_000, 30 * 60_000)).toBeLessThanOrEqual(122_000);
		expect(await read(1024, 20_000, 30 * 60_000)).toBeLessThanOrEqual(122_000);
	});

	it('is counted again for each minute', async () => {
		expect(await read(22 * 1024, 20_000, 3 * 60_000)).toBeUndefined();
		expect(await read(1, 20_000, 30 * 60_000)).toBeLessThanOrEqual(122_000);
	});

	it('is counted while it is read: the store may take its time', async () => {
		for (let count = 0; count < 20; count++) {
			expect(await readFor(1_000)).toBe('read');
			guard.received(2 * 1024);
			await clock.sleep(5 * 60_000);
		}
	});
});

describe('a call with a time limit', () => {
	it.each([999, 1_000])('that takes %i ms of 1,000 gives what it has, or fails as it does', async (ms) => {
		expect(
			await inTime(
				clock.sleep(ms).then(() => 'answer'),
				clock,
				1_000,
			),
		).toBe('answer');
		const failing = clock.sleep(ms).then(async () => await Promise.reject(new Error('lost')));
		await expect(inTime(failing, clock, 1_000)).rejects.toThrow('lost');
	});

	it('that takes longer is given up, as n8n gives up a request', async () => {
		const giveUp = jest.fn();
		const begun = clock.now();
		await expect(inTime(never, clock, 1_000, undefined, giveUp)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
		expect(clock.now() - begun).toBeLessThanOrEqual(2_000);
		expect(giveUp).toHaveBeenCalledTimes(1);
		await expect(inTime(never, clock, 1_000)).rejects.toThrow('No answer in time');
	});
});
