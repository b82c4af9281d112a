/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { IDataObject } from 'n8n-workflow';
import type { LimitsInput } from '../../playground/emulator/rateLimits';
import { endedScript, GET_RESULT } from '../support/actions';
import { leastTime } from '../support/leastTime';
import { report } from '../support/report';
import type { ResultsOrder } from '../support/resultsProcess';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';
import { apiClient } from '../unit/emulator/client';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Minutes of the clock pass in seconds, while an answer that takes 10 ms seems to take a third of a second. */
const SPEED = 30;

let setting: Setting;
const rows: Array<Array<string | number>> = [];

beforeAll(async () => {
	setting = await startSetting({ limits: 'real' }, {}, SPEED);
});

afterAll(async () => {
	await setting.close();
	report('pacing', {
		columns: ['job', 'results', 'lost', 'answers 429', 'took (min)', 'least time that the limits allow (min)', 'ratio'],
		rows,
	});
});

/** Nothing on anybody's count. */
function start(limits: LimitsInput): void {
	setting.emulator.reset();
	setting.emulator.limits.setLimits(limits);
	setting.advance(2 * HOUR);
}

const endedScripts = (count: number) => Array.from({ length: count }, () => ({ id: endedScript(setting.emulator) }));

/** Our calls for links: when the first was made, how long it took to the last, and how many were refused. */
function linksOf(ours: (machineActionId: string) => boolean) {
	const calls = setting.requestsOf('link').filter(({ url }) => ours(url.split('/')[3]));
	const passed = calls.filter(({ status }) => status === 200).map(({ at }) => at);
	const began = Math.min(...calls.map(({ at }) => at));
	return { began, passed, took: Math.max(...passed) - began, refused: calls.filter(({ status }) => status === 429).length };
}

function note(job: string, results: number, lost: number, refused: number, took: number, least: number): void {
	const ratio = least > 0 ? (took / least).toFixed(3) : '-';
	rows.push([job, results, lost, refused, (took / MINUTE).toFixed(1), (least / MINUTE).toFixed(1), ratio]);
}

const lostOf = (items: Array<{ id: string }>, results: IDataObject[]) =>
	items.filter(({ id }, place) => results[place]?.machineActionId !== id || results[place].outcome !== 'succeeded').length;

it('takes 2,000 results in little more than the time that the limits allow, without one refusal', async () => {
	start('real');
	const items = endedScripts(2_000);
	const { results } = await setting.runNode(GET_RESULT, { items });
	const { took, refused } = linksOf(() => true);
	const least = leastTime(2_000, 100, 1_500);
	note('alone', 2_000, lostOf(items, results), refused, took, least);
	expect(lostOf(items, results)).toBe(0);
	expect(refused).toBe(0);
	expect(took / least).toBeLessThanOrEqual(1.03);
});

it.each([
	['half of the calls of a minute', { perMinute: 100, perHour: Infinity }, 1_000, 1.2 * SECOND, MINUTE],
	['half of the calls of an hour', 'real', 1_000, 4.8 * SECOND, HOUR],
] as const)('uses nine tenths of what another client leaves that takes %s', async (name, limits, count, every, window) => {
	start(limits);
	const other = endedScripts(1)[0].id;
	let call = apiClient(setting.emulator);
	const another = async (): Promise<boolean> => {
		const { status } = await call('GET', `/machineactions/${other}/GetLiveResponseResultDownloadLink(index=0)`);
		if (status === 401) call = apiClient(setting.emulator);
		return status === 200;
	};
	// It has been at it for a whole window when we begin.
	for (let time = 0; time < window; time += every) {
		await another();
		setting.advance(every);
	}
	let goesOn = true;
	const keepAtIt = async () => {
		for (let due = setting.emulator.now(); goesOn; due += every) {
			while (goesOn && (setting.emulator.now() < due || !(await another()))) await setting.clock.sleep(SECOND / 2);
		}
	};
	const others = keepAtIt();
	const items = endedScripts(count);
	const { results } = await setting.runNode(GET_RESULT, { items });
	goesOn = false;
	await others;
	const { took, refused, began } = linksOf((id) => id !== other);
	const theirs = linksOf((id) => id === other).passed.map((at) => at - began);
	const { perMinute, perHour } = setting.emulator.limits.current;
	const least = leastTime(count, perMinute, perHour, theirs);
	note(`beside a client that takes ${name}`, count, lostOf(items, results), refused, took, least);
	const during = theirs.filter((at) => at >= 0 && at <= took).length;
	expect(lostOf(items, results)).toBe(0);
	expect(least / took).toBeGreaterThanOrEqual(0.9);
	// It got what it wanted, so that what it left is what we have used.
	expect(during).toBeGreaterThanOrEqual(0.9 * (took / every));
});

it('loses nothing where two n8n processes share the limits without knowing of each other', async () => {
	start('real');
	const items = endedScripts(1_700);
	const halves = [items.slice(0, 850), items.slice(850)];
	const outcomes = await Promise.all(
		halves.map(async (half) => {
			const order: ResultsOrder = {
				credential: setting.emulator.credentialData(),
				clock: setting.clock.share(),
				ids: half.map(({ id }) => id),
			};
			const script = join(__dirname, '..', 'support', 'resultsProcess.ts');
			const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, JSON.stringify(order)]);
			return JSON.parse(stdout) as { items: string[][]; error?: string };
		}),
	);
	const results = outcomes.flatMap((each) => each.items).map(([machineActionId, outcome]) => ({ machineActionId, outcome }));
	const { took, refused } = linksOf(() => true);
	const least = leastTime(1_700, 100, 1_500);
	note('two processes, 850 each', 1_700, lostOf(items, results), refused, took, least);
	expect(outcomes.map(({ error }) => error)).toEqual([undefined, undefined]);
	expect(lostOf(items, results)).toBe(0);
	expect(least / took).toBeGreaterThanOrEqual(0.9);
});

it('does not slow a small job down, and takes ten results at a time', async () => {
	start('real');
	const items = endedScripts(90);
	let most = 0;
	const watch = setInterval(() => {
		const open = setting.requestsOf('link').filter(({ status }) => status === undefined).length;
		most = Math.max(most, open);
	}, 1);
	setting.emulator.fault({ on: 'link', times: Infinity, effect: { kind: 'delay', ms: 50 } });
	const { results } = await setting.runNode({ ...GET_RESULT, simplify: false }, { items });
	clearInterval(watch);
	const { took, refused } = linksOf(() => true);
	const throttled = Math.max(...results.map(({ download }) => (download as { throttledMs: number }).throttledMs));
	note('under the limit, answers after 50 ms', 90, lostOf(items, results), refused, took, 0);
	expect(lostOf(items, results)).toBe(0);
	expect(throttled).toBeLessThan(SECOND);
	expect(most).toBe(10);
});
