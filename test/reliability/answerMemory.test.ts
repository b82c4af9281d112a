import { randomUUID } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import type { Fault, WholeAnswer } from '../../playground/emulator';
import { endedScript, GET_RESULT } from '../support/actions';
import { inOwnProcess } from '../support/inOwnProcess';
import type { AnswersOrder, KeptOfAnswers } from '../support/keptOfAnswers';
import { report } from '../support/report';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';

const MB = 1024 * 1024;

/** What n8n's engine has by itself, and a list of 256 MB with what is made of it, in MB. */
const MAX_PEAK = 1_400;

/** What may stay of answers, in MB. */
const MAX_KEPT = 30;

let setting: Setting;
const rows: Array<Array<string | number>> = [];

beforeAll(async () => {
	// On the machine's own clock: what takes seconds here must not take minutes there.
	setting = await startSetting({}, {}, 1);
});

beforeEach(() => setting.emulator.reset());

afterAll(async () => {
	report('answerMemory', { columns: ['answers', 'items', 'kept (MB)', 'peak (MB)'], rows });
	await setting.close();
});

/** Runs the node in a process of its own. */
async function keptOf(parameters: IDataObject, items: IDataObject[]): Promise<KeptOfAnswers> {
	const order: AnswersOrder = { credential: setting.emulator.credentialData(), clock: setting.clock.share(), parameters, items };
	return await inOwnProcess('keptOfAnswers.ts', order);
}

const results = (count: number) => Array.from({ length: count }, () => ({ id: endedScript(setting.emulator) }));

/** The action that an answer lists or is, with another field: its JSON may be too deep to be written by JavaScript. */
const withField = (name: string, json: string): Fault['effect'] => ({
	kind: 'rewritten',
	by(answer) {
		const { value, ...entity } = JSON.parse(answer.body.toString()) as { value?: IDataObject[] };
		const odd = (action: IDataObject) => ({ ...action, [name]: '@odd@' });
		const text = JSON.stringify(value ? { value: value.map(odd) } : odd(entity));
		return { ...answer, body: Buffer.from(text.replace('"@odd@"', () => json)) };
	},
});

let pages = 0;

/** A page of 20 MB, of which there is always another one. */
function longPage(answer: WholeAnswer): WholeAnswer {
	const value = Array.from({ length: 20_000 }, () => ({ id: randomUUID(), title: 'x'.repeat(1_000) }));
	return { ...answer, body: Buffer.from(JSON.stringify({ value, '@odata.nextLink': `https://x/?$skip=${++pages}` })) };
}

const MANY = { resource: 'machineAction', operation: 'getMany', returnAll: true };
const UNPACED = { callsPerMinute: 0, callsPerHour: 0 };
const MANY_RESULTS = { ...GET_RESULT, operation: 'getManyResults', options: UNPACED };
const READS: Fault['on'] = ['action.list', 'action.get'];

/** As fast as it is read, in pieces of 64 kB. */
const ENDLESS: Fault['effect'] = { kind: 'endless', piece: '{"id":"0"},'.repeat(6_000) };

/** 200 MB of blanks in 200 kB, although the node asks for no packing. */
const BOMB: Fault['effect'] = { kind: 'encoded', encoding: 'gzip', padTo: 200 * MB };

it.each<[string, Fault['on'], Fault['effect'], IDataObject, number]>([
	['a list without end', 'action.list', ENDLESS, MANY, 1],
	['actions without end, for ten results', READS, ENDLESS, MANY_RESULTS, 10],
	['a list that unpacks to 200 MB', 'action.list', BOMB, MANY, 1],
	['actions that unpack to 200 MB, for ten results', READS, BOMB, MANY_RESULTS, 10],
	['pages of 20 MB without end', 'action.list', { kind: 'rewritten', by: longPage }, MANY, 1],
])('%s', async (name, on, effect, parameters, count) => {
	const items = results(count);
	setting.emulator.fault({ on, times: Infinity, effect });
	const { said, kept, peak, ...run } = await keptOf(parameters, items);
	rows.push([name, run.count, Math.round(kept), Math.round(peak)]);
	expect(run.count).toBe(count);
	for (const each of said) expect(each).toContain('with more than');
	expect(kept).toBeLessThan(MAX_KEPT);
	expect(peak).toBeLessThan(MAX_PEAK);
});

const text = (length: number) => JSON.stringify('x'.repeat(length));
const commands = (count: number, error: string) =>
	JSON.stringify(Array.from({ length: count }, (_, index) => ({ index, commandStatus: 'Failed', errors: [error] })));

it.each<[string, string, string, number]>([
	['40,000 commands', 'commands', commands(40_000, 'no'), 500],
	['errors of 20 MB', 'commands', commands(1, 'x'.repeat(20 * MB)), 1],
	['a type of 20 MB', 'type', text(20 * MB), 1],
	['a comment of 20 MB', 'requestorComment', text(20 * MB), 1],
	['a field 100,000 levels deep', 'scope', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000), 1],
])('an action with %s', async (name, field, json, count) => {
	const items = results(1);
	setting.emulator.fault({ on: READS, times: Infinity, effect: withField(field, json) });
	const { kept, peak, ...run } = await keptOf(MANY_RESULTS, items);
	rows.push([`an action with ${name}`, run.count, Math.round(kept), Math.round(peak)]);
	expect(run.count).toBe(count);
	expect(kept).toBeLessThan(MAX_KEPT);
	expect(peak).toBeLessThan(MAX_PEAK);
});
