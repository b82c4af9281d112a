/* eslint-disable @n8n/community-nodes/no-restricted-globals -- drives the clock */
import type { IDataObject } from 'n8n-workflow';
import { endedScript, GET_RESULT, runScript } from '../../support/actions';
import { triggerWorkflow } from '../../support/trigger';
import type { Bench, HostileCase } from './bench';
import { each, itemOf, refusalOf, urlsOf } from './bench';

const HTML = '<html><head><meta http-equiv="refresh" content="0; url=http://127.0.0.1:P/"></head><body>Sign in</body></html>';
const MINUTE = 60_000;
const MB = 1024 * 1024;

/** The token in use and the signature of the last link, both of a result that went well. */
async function secretsOf(bench: Bench): Promise<{ token: string; signature: string }> {
	await itemOf(bench);
	const token = String(bench.requestsOf('link')[0].headers.authorization).replace('Bearer ', '');
	const signature = /sig=([^&]*)/.exec(urlsOf(bench, 'blob')[0])?.[1] ?? '';
	expect([token.split('.').length, signature.length > 20]).toEqual([3, true]);
	return { token, signature };
}

/** Lets hours pass in a blink, while what is asked for in between still takes no more than minutes of them. */
async function hurried<T>(bench: Bench, work: Promise<T>): Promise<T> {
	let done = false;
	const finished = work.finally(() => (done = true));
	while (!done) {
		bench.advance(MINUTE / 4);
		await new Promise((resolve) => setTimeout(resolve, 1));
	}
	return await finished;
}

const DATES = ['Fri, 31 Dec 9999 23:59:59 GMT', 'Thu, 01 Jan 1970 00:00:00 GMT', '0', 'NaN', 'never', '+275760-09-13T00:00:00.000Z'];

export const answerCases: HostileCase[] = [
	...each<'action.list' | 'run'>(
		[
			['a page of HTML in place of a list', 'action.list'],
			['a page of HTML in place of a run', 'run'],
		],
		async (bench, on) => {
			const { id } = bench.emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
			const body = HTML.replace('P', String(bench.traps.port));
			bench.emulator.fault({ on, times: Infinity, effect: { kind: 'status', status: 200, body, contentType: 'text/html' } });
			const parameters = on === 'run' ? runScript(id) : { resource: 'machineAction', operation: 'getMany' };
			const { message } = refusalOf(await bench.runNode(parameters));
			expect(message).toMatch(
				on === 'run' ? /answer to the run request was lost/ : /something that is not a valid list of machine actions/,
			);
			expect(bench.requestsOf('run')).toHaveLength(on === 'run' ? 1 : 0);
		},
	),
	...each<'link' | 'blob'>(
		[
			['a page of HTML in place of a link', 'link'],
			['a page of HTML in place of a transcript', 'blob'],
		],
		async (bench, on) => {
			const body = HTML.replace('P', String(bench.traps.port));
			bench.emulator.fault({ on, times: Infinity, effect: { kind: 'status', status: 200, body, contentType: 'text/html' } });
			if (on === 'blob') return void expect(await itemOf(bench)).toMatchObject({ outcome: 'unreadable', exit_code: null });
			const id = endedScript(bench.emulator);
			const { message } = refusalOf(await bench.runNode(GET_RESULT, { items: [{ id }] }));
			expect(message).toBe('Defender answered with something that is not a valid result link');
		},
	),
	{
		tries: '20 MB as the words of a refusal',
		async run(bench) {
			const body = JSON.stringify({ error: { code: 'BadRequest', message: 'no. '.repeat(5 * MB) } });
			bench.emulator.fault({ on: ['action.list', 'action.get'], times: Infinity, effect: { kind: 'status', status: 400, body } });
			const ran = await bench.runNode(GET_RESULT, { items: [{ id: endedScript(bench.emulator) }] });
			expect(refusalOf(ran).description.length).toBeLessThan(3_000);
			expect(JSON.stringify(ran.run).length).toBeLessThan(100_000);
		},
	},
	{
		tries: '200 MB with a refusal of the storage, which no one reads',
		async run(bench) {
			const body = Buffer.alloc(200 * MB, 'x');
			bench.emulator.fault({ on: 'blob', times: Infinity, effect: { kind: 'status', status: 400, body, contentType: 'application/xml' } });
			const item = await itemOf(bench);
			expect(item).toMatchObject({ outcome: 'unreadable', errors: ['The result could not be downloaded. The storage answered 400'] });
			const [request, ...others] = bench.requestsOf('blob');
			expect(others).toEqual([]);
			// Its connection is released, which the storage notices a moment later.
			while (!request.aborted) await new Promise(setImmediate);
		},
	},
	...each<(secret: string) => IDataObject | string>(
		[
			['token or signature in its words', (secret) => ({ error: { code: 'BadRequest', message: `refused: ${secret}` } })],
			['token or signature as its code', (secret) => ({ error: { code: secret, message: 'no' } })],
			['token or signature as its request ID', (secret) => ({ error: { code: 'BadRequest', message: 'no', target: secret } })],
			['token or signature as text', (secret) => `no: ${secret}`],
		],
		async (bench, bodyOf) => {
			const { token, signature } = await secretsOf(bench);
			const link = `https://x/?a=1&sig=${signature}&b=2`;
			for (const secret of [token, `Authorization: Bearer ${token}`, link, `https://login.example/?to=${encodeURIComponent(link)}`]) {
				const fault = bench.emulator.fault({
					on: ['action.list', 'action.get', 'run'],
					times: Infinity,
					effect: { kind: 'status', status: 400, body: bodyOf(secret) },
				});
				for (const parameters of [GET_RESULT, runScript('a'.repeat(40))]) {
					const ran = await bench.runNode(parameters, { items: [{ id: endedScript(bench.emulator) }] });
					const texts = JSON.stringify([refusalOf(ran), ran.run]);
					for (const part of [token, token.split('.')[1], signature, encodeURIComponent(signature)]) expect(texts).not.toContain(part);
				}
				fault.remove();
			}
		},
	),
	{
		tries: "the signature in the storage's code",
		async run(bench) {
			const { signature } = await secretsOf(bench);
			const headers = { 'x-ms-error-code': `AuthenticationFailed sig=${signature}` };
			bench.emulator.fault({ on: 'blob', times: Infinity, effect: { kind: 'status', status: 400, headers } });
			expect(JSON.stringify(await itemOf(bench))).not.toContain(signature);
		},
	},
	...each(
		[
			'-1',
			'0',
			'Infinity',
			'-Infinity',
			'NaN',
			'1e9',
			'1e400',
			'0x10',
			'',
			'soon',
			'5, 5',
			'Tue, 99 Foo 2026 25:61:61 GMT',
			'Thu, 01 Jan 1970 00:00:00 GMT',
		].map((value): [string, string] => [`Retry-After: ${value}`, value]),
		async (bench, value) => {
			for (const on of ['link', 'blob'] as const) {
				bench.emulator.fault({ on, times: 2, effect: { kind: 'status', status: 429, headers: { 'Retry-After': value } } });
			}
			expect(await itemOf(bench)).toMatchObject({ outcome: 'succeeded' });
			const [first, , last] = bench.requestsOf('link');
			// At once would be no wait, and one that cannot be read is not a reason for a long one.
			expect(last.at - first.at).toBeGreaterThan(1_000);
			expect(last.at - first.at).toBeLessThan(10 * MINUTE);
		},
	),
	...each(
		['99999999999', '1'.repeat(400), 'Fri, 31 Dec 9999 23:59:59 GMT'].map((value): [string, string] => [
			`Retry-After: ${value.slice(0, 40)}`,
			value,
		]),
		async (bench, value) => {
			bench.emulator.fault({ on: 'link', effect: { kind: 'status', status: 429, headers: { 'Retry-After': value } } });
			expect(await hurried(bench, itemOf(bench, undefined, { maxWaitMinutes: 90 }))).toMatchObject({ outcome: 'succeeded' });
			const [first, second] = bench.requestsOf('link');
			expect(second.at - first.at).toBeLessThan(120 * MINUTE);
			// What is not a number is not a time.
			if (value.length > 40) return;
			bench.emulator.requests.length = 0;
			bench.emulator.fault({ on: 'link', effect: { kind: 'status', status: 429, headers: { 'Retry-After': value } } });
			const { message } = refusalOf(await bench.runNode(GET_RESULT, { items: [{ id: endedScript(bench.emulator) }] }));
			expect([message, bench.requestsOf('link').length]).toEqual(['Defender kept refusing because of its rate limit', 1]);
		},
	),
	...each(
		DATES.map((value): [string, string] => [`Date: ${value}`, value]),
		async (bench, value) => {
			const id = endedScript(bench.emulator);
			const { results } = await bench.runNode({ resource: 'machineAction', operation: 'get', machineActionId: id });
			bench.emulator.fault({
				on: 'action.list',
				times: Infinity,
				effect: { kind: 'status', status: 200, headers: { Date: value }, body: { value: results } },
			});
			expect(await itemOf(bench, id)).toMatchObject({ outcome: 'succeeded' });
		},
	),
	...each(
		DATES.map((value): [string, string] => [`Date: ${value}, to a trigger, which gives nothing twice and loses nothing`, value]),
		async (bench, value) => {
			const { emulator } = bench;
			const ended = (ago: number) => {
				const at = emulator.now() - ago;
				return emulator.addAction({ createdAt: at, endedAt: at, commands: [{ type: 'RunScript', name: 'check.ps1' }] }).id;
			};
			emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
			ended(60 * MINUTE);
			const active = await bench.engine.activate(triggerWorkflow(), { staged: true });
			await active.poll();
			// What was done with by then is forgotten.
			bench.advance(15 * MINUTE);
			await active.poll();
			const given: unknown[] = [];
			const poll = async () => given.push(...((await active.poll())?.items('Ended') ?? []).map(({ id }) => id));
			const ids: string[] = [];
			for (const round of [0, 1, 2, 3]) {
				ids.push(ended(1_000));
				if (round === 1)
					emulator.fault({ on: 'action.list', effect: { kind: 'status', status: 200, headers: { Date: value }, body: { value: [] } } });
				await poll();
			}
			await poll();
			expect([...given].sort()).toEqual([...ids].sort());
		},
	),
];
