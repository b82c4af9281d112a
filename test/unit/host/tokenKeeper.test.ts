import fc from 'fast-check';
import type { Token } from '../../../nodes/DefenderLiveResponse/host/tokenKeeper';
import { TokenKeeper } from '../../../nodes/DefenderLiveResponse/host/tokenKeeper';
import { fuzz } from '../result/fuzzRuns';

const tokenOf = (accessToken: string, isFresh = true): Token => ({ accessToken, data: { access_token: accessToken }, isFresh });

/** Gives tokens 1, 2, 3 …, each if an option asks for it. */
function endpoint() {
	const pending: Array<{ give(): void; refuse(error: Error): void }> = [];
	let count = 0;
	const fetch = async () => {
		const token = tokenOf(String(++count));
		return await new Promise<Token>((resolve, reject) => pending.push({ give: () => resolve(token), refuse: reject }));
	};
	return { fetch, next: () => pending.shift(), asked: () => count };
}

it('40 who ask at once wait for one token', async () => {
	const { fetch, next, asked } = endpoint();
	const keeper = new TokenKeeper();
	const all = Array.from({ length: 40 }, async () => await keeper.get(fetch));
	next()?.give();
	expect(new Set((await Promise.all(all)).map(({ accessToken }) => accessToken))).toEqual(new Set(['1']));
	expect(asked()).toBe(1);
});

it('40 whose token was refused get one other, and so does who comes late', async () => {
	const { fetch, next, asked } = endpoint();
	const keeper = new TokenKeeper();
	keeper.offer(tokenOf('old'), keeper.requestCount);
	const all = Array.from({ length: 40 }, async () => await keeper.replacementOf(tokenOf('old'), fetch));
	next()?.give();
	const got = await Promise.all(all);
	got.push(await keeper.replacementOf(tokenOf('old'), fetch));
	expect(new Set(got.map(({ accessToken }) => accessToken))).toEqual(new Set(['1']));
	expect(asked()).toBe(1);
});

it('a sign-in that fails has failed for all who wait, and the next one is another', async () => {
	const { fetch, next, asked } = endpoint();
	const keeper = new TokenKeeper();
	const all = Promise.allSettled([keeper.get(fetch), keeper.get(fetch)]);
	next()?.refuse(new Error('no'));
	expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
	const again = keeper.get(fetch);
	next()?.give();
	expect((await again).accessToken).toBe('2');
	expect(asked()).toBe(2);
});

it('a reading that began before a renewal never wins over it', async () => {
	const { fetch, next } = endpoint();
	const keeper = new TokenKeeper();
	keeper.offer(tokenOf('old'), keeper.requestCount);
	const began = keeper.requestCount;
	const renewing = keeper.replacementOf(tokenOf('old'), fetch);
	keeper.offer(tokenOf('old'), began);
	keeper.offer(tokenOf('old'), keeper.requestCount);
	expect(keeper.current).toBeUndefined();
	next()?.give();
	await renewing;
	keeper.offer(tokenOf('old'), began);
	expect(keeper.current?.accessToken).toBe('1');
	keeper.offer(tokenOf('another process'), keeper.requestCount);
	expect(keeper.current?.accessToken).toBe('another process');
});

it('for a missing permission the token is replaced once', async () => {
	const { fetch, next, asked } = endpoint();
	const keeper = new TokenKeeper();
	keeper.offer(tokenOf('old'), keeper.requestCount);
	const all = Array.from({ length: 40 }, async () => await keeper.hasFresherThan(tokenOf('old'), fetch));
	next()?.give();
	expect(new Set(await Promise.all(all))).toEqual(new Set([true]));
	expect(await keeper.hasFresherThan(tokenOf('1'), fetch)).toBe(false);
	expect(await keeper.hasFresherThan(tokenOf('old'), fetch)).toBe(true);
	expect(asked()).toBe(1);
});

it('whatever the order, no one gets the token that it was refused with, and as many are made as were refused', async () => {
	await fc.assert(
		fc.asyncProperty(fc.scheduler(), fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }), async (scheduler, waits) => {
			let made = 0;
			const refused = new Set<string>();
			const keeper = new TokenKeeper();
			const fetch = async () => await scheduler.schedule(Promise.resolve(tokenOf(String(++made))));
			const callers = waits.map(async (refusals) => {
				let token = await keeper.get(fetch);
				for (let refusal = 0; refusal < refusals; refusal++) {
					await scheduler.schedule(Promise.resolve());
					const former = token.accessToken;
					refused.add(former);
					token = await keeper.replacementOf(token, fetch);
					expect(token.accessToken).not.toBe(former);
				}
			});
			await scheduler.waitFor(Promise.all(callers));
			expect(made).toBe(refused.size + 1);
		}),
		fuzz(200),
	);
});
