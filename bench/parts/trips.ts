/* eslint-disable no-console -- says how far it is */
import type { IDataObject } from 'n8n-workflow';
import type { EmulatorTenant } from '../../playground/emulator';
import { endedFile, endedScript, GET_RESULT, runScript, SCRIPT } from '../../test/support/actions';
import type { Setting } from '../../test/support/setting';
import { startSetting } from '../../test/support/setting';
import { shippedPackage } from '../../test/support/shippedPackage';
import { itemOf, storeByItem } from '../../test/support/tenants';
import { inTurn, repeated, shown } from '../pairs';
import type { Figures, Part } from '../part';
import { gzippedLog } from './gzippedFile';

/** What each answer of the service takes longer, in ms of the job's clock. */
const DELAY_MS = 100;

const ROUNDS = 3;
const MEGABYTE = 1024 * 1024;
const HOUR_MS = 60 * 60_000;

/** A job of the node, in a setting that it has to itself. */
interface Job {
	name: string;
	/** Calls that have to wait for the answer to the one before, the sign-in among them. */
	trips: number;
	/** How many times as fast its clock runs; 1 where what the machine does counts. */
	speed: number;
	limits?: 'real' | 'none';
	/**
	 * @param elapsed ms of the clock, or of the machine where what it does counts
	 * @returns how long it took, in ms; throws where a result is wrong
	 */
	run(setting: Setting, elapsed: () => number): Promise<number>;
}

/** Without pacing: the service has no limits then either. */
const UNPACED = { ...GET_RESULT, options: { callsPerMinute: 0, callsPerHour: 0 } };

/** How long work takes, in ms. */
async function timed<T>(elapsed: () => number, work: () => Promise<T>): Promise<{ ms: number; value: T }> {
	const began = elapsed();
	const value = await work();
	return { ms: elapsed() - began, value };
}

function checkAll(results: IDataObject[], count: number, isRight: (result: IDataObject, index: number) => boolean): void {
	const right = results.filter(isRight).length;
	if (right !== count) throw new Error(`${right} of ${count} items are right`);
}

const succeeded = ({ outcome }: IDataObject) => outcome === 'succeeded';

/** 500 live responses, of which the last one ends after two minutes. */
async function wait500(setting: Setting): Promise<number> {
	const { emulator } = setting;
	const begun = emulator.now();
	const items = Array.from({ length: 500 }, (_, i) => {
		const endedAt = begun + 120_000 * ((i + 1) / 500);
		return emulator.addAction({ commands: [{ type: 'RunScript', name: SCRIPT, script: {} }], createdAt: begun, endedAt });
	});
	const { results } = await setting.runNode(UNPACED, { items: items.map(({ id }) => ({ id })) });
	checkAll(results, items.length, succeeded);
	return emulator.now() - begun;
}

async function run30(setting: Setting, elapsed: () => number): Promise<number> {
	const devices = Array.from({ length: 30 }, (_, i) => setting.emulator.addDevice({ computerDnsName: `ws-${i}.contoso.example` }));
	setting.emulator.addLibraryFile({ fileName: SCRIPT });
	const { ms, value } = await timed(
		elapsed,
		async () => await setting.runNode(runScript('={{ $json.id }}'), { items: devices.map(({ id }) => ({ id })) }),
	);
	checkAll(value.results, devices.length, succeeded);
	return ms;
}

async function results1000(setting: Setting, elapsed: () => number): Promise<number> {
	const ids = Array.from({ length: 1_000 }, (_, i) => endedScript(setting.emulator, { exitCode: i % 7 }));
	const items = ids.map((id) => ({ id }));
	const { ms, value } = await timed(elapsed, async () => await setting.runNode(GET_RESULT, { items }));
	checkAll(value.results, ids.length, ({ exit_code: code }, i) => code === i % 7);
	return ms;
}

function collect(megabytes: number): Job['run'] {
	return async (setting, elapsed) => {
		const { gzipped, sha256 } = await gzippedLog(megabytes * MEGABYTE);
		const id = endedFile(setting.emulator, { raw: gzipped }, 'C:\\Logs\\events.log');
		const { ms, value } = await timed(elapsed, async () => await setting.runNode(GET_RESULT, { items: [{ id }] }));
		checkAll(value.results, 1, ({ sha256: given }) => given === sha256);
		return ms;
	};
}

async function list10000(setting: Setting, elapsed: () => number): Promise<number> {
	for (let i = 0; i < 10_000; i++) setting.emulator.addDevice({ computerDnsName: `ws-${i}.contoso.example` });
	const parameters = { resource: 'machine', operation: 'getMany', returnAll: true };
	const { ms, value } = await timed(elapsed, async () => await setting.runNode(parameters));
	checkAll(value.results, 10_000, ({ computerDnsName }) => typeof computerDnsName === 'string');
	return ms;
}

async function tenants20(setting: Setting, elapsed: () => number): Promise<number> {
	const tenants = Array.from({ length: 20 }, (_, i) => setting.emulator.addTenant({ domain: `customer-${i}.example` }));
	const ended = (tenant: EmulatorTenant) => itemOf(tenant, { id: endedScript(tenant as never, { output: tenant.app.tenantId }) });
	const items = tenants.flatMap((tenant) => Array.from({ length: 25 }, () => ended(tenant)));
	storeByItem(setting);
	const { ms, value } = await timed(elapsed, async () => await setting.runNode(GET_RESULT, { items }));
	checkAll(value.results, items.length, ({ script_output: output }, i) => output === items[i].tenantId);
	return ms;
}

const JOBS: Job[] = [
	{ name: '500 devices waited for, the last one ends after 120 s', trips: 4, speed: 20, run: wait500 },
	{ name: '30 runs and their results, ten runs a minute', trips: 5, speed: 20, limits: 'real', run: run30 },
	{ name: "1,000 results within the service's limits", trips: 4, speed: 60, limits: 'real', run: results1000 },
	...[1, 10, 100].map((size): Job => ({ name: `a collected file of ${size} MB`, trips: 4, speed: 1, run: collect(size) })),
	{ name: 'a list of 10,000 devices', trips: 2, speed: 1, run: list10000 },
	{ name: '20 tenants, 25 results each', trips: 4, speed: 1, run: tenants20 },
];

/** Ahead of the clocks before, whose calls the package still counts. */
let ahead = 0;

async function measureJob({ speed, limits = 'none', run }: Job, delayMs: number): Promise<number> {
	const setting = await startSetting({ limits }, {}, speed, {}, await shippedPackage());
	setting.advance((ahead += 24 * HOUR_MS));
	for (const on of ['token', 'action.list', 'action.get', 'run', 'link', 'blob', 'machine.list', 'machine.get'] as const) {
		setting.emulator.fault({ on, times: Infinity, effect: { kind: 'delay', ms: delayMs / speed } });
	}
	const elapsed = speed === 1 ? () => performance.now() : () => setting.clock.elapsed();
	return await run(setting, elapsed).finally(async () => await setting.close());
}

async function measure(): Promise<Figures> {
	const rows: string[][] = [];
	for (const job of JOBS) {
		const sides = { at0: async () => await measureJob(job, 0), later: async () => await measureJob(job, DELAY_MS) };
		const { at0, later } = await inTurn(sides, { rounds: ROUNDS, uncounted: job.speed === 1 ? 1 : 0 });
		const seconds = (values: number[]) => shown(repeated(values.map((ms) => ms / 1000)));
		const more = seconds(later.map((ms, i) => ms - at0[i]));
		rows.push([job.name, seconds(at0), seconds(later), more, ((job.trips * DELAY_MS) / 1000).toFixed(1)]);
		console.log(`  ${rows.at(-1)!.join(' | ')}`);
	}
	const columns = ['', 'without delay (s)', `with ${DELAY_MS} ms (s)`, 'more (s)', 'round trips that cannot be avoided (s)'];
	return { goals: [], tables: [{ columns, rows }] };
}

export const trips: Part = {
	title: 'Round trips of everything else',
	text: `What other jobs of the node take longer when each answer of the service takes ${DELAY_MS} ms, in n8n's own engine, which shares its process with the emulator. What waits for minutes runs on a clock that is 20 or 60 times as fast and hardly counts the machine's work; the node polls every 10 s there, so that up to 10 s depend on when the last device ends between two polls. Medians of ${ROUNDS} rounds.`,
	measure,
};
