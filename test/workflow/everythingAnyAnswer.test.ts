import fc from 'fast-check';
import { DefenderLiveResponse } from '../../nodes/DefenderLiveResponse/DefenderLiveResponse.node';
import { OPERATIONS } from '../../nodes/DefenderLiveResponse/operations';
import { report } from '../support/report';
import { startSetting, type Setting } from '../support/setting';
import { fuzzFlows } from '../unit/result/fuzzRuns';
import { FLOWS } from './anyAnswer/flows';
import { SUBJECTS } from './anyAnswer/subjects';

/** Real time in which a flow ends, in ms, where it takes some hundredths of that: not how fast it is, but that it ends. */
const MAX_FLOW_MS = 120_000;

let setting: Setting;
const rows: Array<Array<string | number>> = [];

beforeAll(async () => {
	setting = await startSetting({ tokenLifeMs: 3_599_000, keepsAnswers: true }, {}, 1000);
});
afterAll(async () => {
	report('flows', { columns: ['what', 'flows', 'broken'], rows });
	await setting.close();
});

it('there is a flow for each operation and each list of the editor', () => {
	expect([...new Set(FLOWS.map(({ name, operation = name }) => operation))].sort()).toEqual(
		OPERATIONS.map(({ resource, value }) => `${resource}: ${value}`).sort(),
	);
	const { listSearch } = new DefenderLiveResponse().methods;
	expect(SUBJECTS.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(listSearch).map((method) => `picker ${method}`)));
});

it.each(SUBJECTS)('$name stays correct whatever the service answers', async ({ name, trials, run }) => {
	const property = fc.asyncProperty(trials, async (trial) => {
		const broken = await run(setting, trial);
		if (broken.length > 0) throw new Error(broken.join('\n'));
	});
	const details = await fc.check(property, { ...fuzzFlows(SUBJECTS.length), timeout: MAX_FLOW_MS });
	rows.push([name, details.numRuns, details.failed ? 1 : 0]);
	if (details.failed) throw new Error(`${fc.defaultReportMessage(details)}\n\nWhat it breaks: ${String(details.errorInstance)}`);
});
