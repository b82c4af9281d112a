import type { IDataObject, INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { OPERATIONS } from '../../nodes/DefenderLiveResponse/operations';
import { TRIGGER_FILTERS } from '../../nodes/DefenderLiveResponse/trigger/filters';
import { endedScript } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';
import { triggerWorkflow } from '../support/trigger';

/** What expressions give where a field is missing, misspelled or of another type; none is a value that anybody means. */
const ODD = [
	'undefined',
	'null',
	'NaN',
	'1 / 0',
	'"undefined"',
	'" null\\n"',
	'"NaN"',
	'String({})',
	'({})',
	'["a"]',
	'[null]',
	'["undefined"]',
	'new Date(0)',
	'true',
	'"\\ud800"',
];

/** Of each item another one. */
const odd = `={{ [${ODD.map((value) => `() => (${value})`).join()}][$json.n]() }}`;
const ITEMS = ODD.map((_, n) => ({ n }));

const DEVICE = 'a'.repeat(40);
const VALID: IDataObject = {
	machineActionId: '20d1de3f-0000-4715-8bed-a92223c50000',
	machineId: DEVICE,
	comment: 'why',
	tag: 'finance',
	sha1: 'a'.repeat(40),
	fileName: 'check.ps1',
	maxWaitMinutes: 1,
	hasParameters: true,
	waitForCompletion: true,
};

/** Values that a field accepts as they are: a switch that is true, a date, a text of the service that may be one of a list. */
const MEANT: Record<string, string[]> = {
	boolean: ['true'],
	Overwrite: ['true'],
	Comment: ['"\\ud800"'],
	dateTime: ['new Date(0)'],
	multiOptions: ['["a"]'],
};

const isTried = ({ name, noDataExpression, type }: INodeProperties) =>
	noDataExpression !== true && type !== 'notice' && name !== 'binaryPropertyName' && name !== 'commandIndex';

/** A field as a row of the table: its label, its type, and parameters in which its value is odd. */
function rowsOf(field: INodeProperties): Array<[string, string, IDataObject]> {
	const label = field.displayName.replace(/ \(.*/, '');
	if (field.type === 'collection') {
		return (field.options as INodeProperties[])
			.filter(isTried)
			.map((entry) => [entry.displayName.replace(/ \(.*/, ''), entry.type, { [field.name]: { [entry.name]: odd } }]);
	}
	if (field.type === 'resourceLocator') {
		return (field.modes ?? []).map(({ name: mode }) => [label, field.type, { [field.name]: { __rl: true, mode, value: odd } }]);
	}
	return (field as unknown as INodePropertyCollection).values ? [] : [[label, field.type, { [field.name]: odd }]];
}

let setting: Setting;

beforeAll(async () => {
	setting = await startSetting();
});

beforeEach(() => {
	setting.emulator.reset();
	endedScript(setting.emulator);
});

afterAll(async () => await setting.close());

/** What the service was asked for, but for the sign-in. */
const asked = () =>
	setting.emulator.requests
		.filter(({ operation }) => operation !== 'token')
		.map(({ method, url, body }) => `${method} ${decodeURIComponent(url)} ${body}`);

const rows = OPERATIONS.filter(({ value }) => value !== 'run').flatMap(({ resource, value: operation, fields }) =>
	fields
		.filter(isTried)
		.flatMap(rowsOf)
		.map(([label, type, set]) => [`${resource} ${operation}`, label, type, { resource, operation, ...VALID, ...set }] as const),
);

it('tries every field', () => expect(rows.length).toBeGreaterThan(100));

it.each(rows)('%s: %s refuses what no one means, and asks for nothing by it', async (_, label, type, parameters) => {
	const { outputs, error } = await setting.runNode(parameters, { items: ITEMS, node: { onError: 'continueRegularOutput' } });
	expect(error).toBeUndefined();
	const refused = outputs('Defender')[0].filter(({ json }) => String(json.error).startsWith(`'${label}`));
	const places = refused.map(({ pairedItem }) => (pairedItem as { item: number }).item);
	const accepted = ODD.filter((value, n) => !places.includes(n) && !(MEANT[label] ?? MEANT[type])?.includes(value));
	expect(accepted).toEqual([]);
	expect(asked().filter((request) => /undefined|NaN|\[object|\bnull\b/.test(request))).toEqual([]);
});

it.each(Object.entries(TRIGGER_FILTERS))('trigger: %s refuses what no one means', async (name, { field }) => {
	for (const value of ODD) {
		const { error } = await setting.engine.run(triggerWorkflow({ filters: { [name]: `={{ ${value} }}` } }));
		expect([value, error?.message]).toEqual([value, expect.stringMatching(`^'${field.displayName}' `)]);
		expect(asked()).toEqual([]);
	}
});
