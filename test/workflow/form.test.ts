import type { INodeParameters, INodeProperties, INodePropertyCollection, INodePropertyOptions, INodeType } from 'n8n-workflow';
import { NodeHelpers, Workflow } from 'n8n-workflow';
import { DefenderLiveResponse } from '../../nodes/DefenderLiveResponse/DefenderLiveResponse.node';
import { DefenderLiveResponseTrigger } from '../../nodes/DefenderLiveResponse/DefenderLiveResponseTrigger.node';

const node: INodeType = new DefenderLiveResponse();
const trigger: INodeType = new DefenderLiveResponseTrigger();

/** What the editor shows of a node that is set so far, with what it fills in. */
function form({ description }: INodeType, set: INodeParameters = {}): INodeParameters {
	return NodeHelpers.getNodeParameters(description.properties, set, true, false, null, description) ?? {};
}

/** The parameters of a name that the editor shows of a node that is set so far. */
function shown({ description }: INodeType, name: string, set: INodeParameters): INodeProperties {
	const values = form({ description }, set);
	const found = description.properties.filter(
		(property) => property.name === name && NodeHelpers.displayParameter(values, property, null, description),
	);
	expect(found).toHaveLength(1);
	return found[0];
}

const fieldsOf = ({ options = [] }: INodeProperties) => options as INodeProperties[];
const valuesOf = (property: INodeProperties | undefined) => (property?.options as INodePropertyOptions[]).map(({ value }) => value);
const modesOf = ({ modes = [] }: INodeProperties) => modes.map(({ name, typeOptions }) => typeOptions?.searchListMethod ?? name);

/** What each field of a collection holds when it is added. */
const whenAdded = (property: INodeProperties) => Object.fromEntries(fieldsOf(property).map(({ name, default: value }) => [name, value]));

const action = { __rl: true, mode: 'id', value: '={{ $json.machineActionId ?? $json.id }}' };
const nothingChosen = { __rl: true, mode: 'list', value: '' };
const waits = { waitForCompletion: true, maxWaitMinutes: 20, routeByOutcome: false, simplify: true };
const options = {
	pollInterval: 10,
	successExitCodes: '0',
	exitCodePattern: '',
	parseOutput: 'none',
	splitOutput: false,
	stripBanner: true,
	maxOutputLength: 0,
	binaryPropertyName: 'data',
	transcriptAsFile: false,
	decompress: true,
	maxDownloadSize: 1024,
	includeLink: false,
	callsPerMinute: 100,
	callsPerHour: 1500,
};

const LIVE = { resource: 'liveResponse' };
const ACTIONS = { resource: 'machineAction' };
const FILES = { resource: 'libraryFile' };
const DEVICES = { resource: 'machine' };
const RESPONSES: Array<[string, INodeParameters]> = [
	['isolate', { isolationType: 'Full' }],
	['release', {}],
	['runAntivirusScan', { scanType: 'Quick' }],
	['restrictApps', {}],
	['unrestrictApps', {}],
	['quarantineFile', { sha1: '' }],
];
const response = { waitForCompletion: false, simplify: true, options: {} };
const packaged = { waitForCompletion: true, maxWaitMinutes: 60, options: {} };

const runOf = (command: INodeParameters): INodeParameters => ({ ...LIVE, operation: 'run', commands: { command: [command] } });

describe('the node', () => {
	it('uses the names that saved workflows have', () => {
		expect(node.description).toMatchObject({ name: 'defenderLiveResponse', displayName: 'Microsoft Defender Live Response' });
	});

	it.each<[string, INodeParameters]>([
		['Get Result', { ...LIVE, operation: 'getResult' }],
		['Get machine action', { ...ACTIONS, operation: 'get' }],
		['Upload file to library', { ...FILES, operation: 'upload' }],
		['Run: check.ps1', runOf({ type: 'RunScript', scriptName: { __rl: true, mode: 'list', value: 'check.ps1' } })],
		['Run: C:\\out.zip', runOf({ type: 'GetFile', path: 'C:\\out.zip' })],
		['Run', runOf({ type: 'RunScript', scriptName: { __rl: true, mode: 'name', value: '={{ $json.script }}' } })],
		['Run', { ...LIVE, operation: 'run' }],
	])('says on the canvas what it does: %s', (expected, parameters) => {
		const nodeOf = { id: '1', name: 'Defender', type: 'defender', typeVersion: 1, position: [0, 0] as [number, number], parameters };
		const nodeTypes = { getByNameAndVersion: () => node, getByName: () => node, getKnownTypes: () => ({}) };
		const workflow = new Workflow({ nodes: [nodeOf], connections: {}, active: false, nodeTypes });
		expect(workflow.expression.getSimpleParameterValue(nodeOf, node.description.subtitle, 'internal', {})).toBe(expected);
	});

	it('gives n8n’s workflow builder hints without expressions, which it would copy', () => {
		const hints = JSON.stringify(node.description.properties).match(/"propertyHint":"[^"]*"/g) ?? [];
		const ofOperations = ['run', 'getResult', 'getManyResults'].map(
			(operation) =>
				(shown(node, 'operation', LIVE).options as INodePropertyOptions[]).find(({ value }) => value === operation)?.builderHint,
		);
		expect(ofOperations).toEqual([1, 2, 3].map(() => ({ propertyHint: expect.stringMatching(/not an error/) })));
		expect(node.description.builderHint?.searchHint).toMatch(/takes minutes.*pending is not an error/);
		expect(hints.filter((hint) => hint.includes('{{'))).toEqual([]);
	});

	it('and its trigger have one text, since the panel shows either for both', () => {
		expect(trigger.description.description).toBe(node.description.description);
	});

	it('begins with the result of a live response', () => {
		expect(form(node)).toMatchObject({ ...LIVE, operation: 'getResult' });
	});

	it.each([
		[LIVE, 'getResult', ['run', 'getResult', 'getManyResults']],
		[ACTIONS, 'get', ['get', 'getMany', 'cancel', 'wait', 'getPackage']],
		[FILES, 'getMany', ['getMany', 'upload', 'delete']],
		[DEVICES, 'get', ['get', 'getMany', ...RESPONSES.map(([operation]) => operation), 'collectPackage', 'addTag', 'removeTag']],
	])('for %j begins with %s, and offers %j', (set, first, operations) => {
		expect(valuesOf(shown(node, 'operation', set))).toEqual(operations);
		expect(form(node, set).operation).toBe(first);
	});

	it.each([
		[
			{ ...LIVE, operation: 'getResult' },
			{ machineActionId: action, commandIndex: 0, followLink: true, ...waits, options: {} },
		],
		[
			{ ...LIVE, operation: 'getManyResults' },
			{ machineActionId: action, followLink: true, ...waits, options: {} },
		],
		[
			{ ...LIVE, operation: 'run' },
			{
				machineId: nothingChosen,
				specifyCommands: 'fields',
				commands: { command: [{ type: 'RunScript', scriptName: nothingChosen, args: '' }] },
				comment: expect.stringContaining('$execution.id'),
				...waits,
				whenDeviceBusy: 'fail',
				options: {},
			},
		],
		[
			{ ...LIVE, operation: 'run', waitForCompletion: false, whenDeviceBusy: 'wait' },
			{
				machineId: nothingChosen,
				specifyCommands: 'fields',
				simplify: true,
				commands: expect.any(Object),
				comment: expect.any(String),
				maxWaitMinutes: 20,
				options: {},
			},
		],
		[
			{ ...LIVE, operation: 'getResult', waitForCompletion: false },
			{ machineActionId: action, commandIndex: 0, followLink: true, routeByOutcome: false, simplify: true, options: {} },
		],
		[
			{ ...ACTIONS, operation: 'get' },
			{ machineActionId: action, simplify: true },
		],
		[
			{ ...ACTIONS, operation: 'getMany' },
			{ returnAll: false, limit: 50, simplify: true, filters: {} },
		],
		[
			{ ...ACTIONS, operation: 'getMany', returnAll: true },
			{ simplify: true, filters: {} },
		],
		[
			{ ...ACTIONS, operation: 'cancel' },
			{ machineActionId: action, comment: '', onlyIfNotStarted: false, simplify: true },
		],
		[
			{ ...ACTIONS, operation: 'wait' },
			{ machineActionId: action, maxWaitMinutes: 20, simplify: true, options: {} },
		],
		[
			{ ...FILES, operation: 'getMany' },
			{ returnAll: false, limit: 50 },
		],
		[
			{ ...FILES, operation: 'upload' },
			{ binaryPropertyName: 'data', fileName: '', description: '', hasParameters: false, overwrite: 'never' },
		],
		[
			{ ...FILES, operation: 'upload', hasParameters: true },
			{ binaryPropertyName: 'data', fileName: '', description: '', parametersDescription: '', overwrite: 'never' },
		],
		[{ ...FILES, operation: 'delete' }, { fileName: nothingChosen }],
		[
			{ ...DEVICES, operation: 'get' },
			{ machineId: nothingChosen, simplify: true },
		],
		[
			{ ...DEVICES, operation: 'getMany' },
			{ returnAll: false, limit: 50, simplify: true, filters: {} },
		],
		...RESPONSES.map(([operation, own]): [INodeParameters, object] => [
			{ ...DEVICES, operation },
			{ machineId: nothingChosen, ...own, comment: expect.stringContaining('$execution.id'), ...response },
		]),
		[
			{ ...DEVICES, operation: 'isolate', waitForCompletion: true },
			{
				machineId: nothingChosen,
				isolationType: 'Full',
				comment: expect.stringContaining('$execution.id'),
				...response,
				waitForCompletion: true,
				maxWaitMinutes: 20,
			},
		],
		...['addTag', 'removeTag'].map((operation): [INodeParameters, object] => [
			{ ...DEVICES, operation },
			{ machineId: nothingChosen, tag: '', simplify: true },
		]),
		[
			{ ...DEVICES, operation: 'collectPackage' },
			{ machineId: nothingChosen, comment: expect.stringContaining('$execution.id'), ...packaged },
		],
		[
			{ ...ACTIONS, operation: 'getPackage' },
			{ machineActionId: action, ...packaged },
		],
	])('asks for %j', (set, expected) => {
		expect(form(node, set)).toEqual({ ...set, ...expected });
	});

	it.each([
		[
			{ ...LIVE, operation: 'getResult' },
			{ ...options, expectedScriptName: '' },
		],
		[
			{ ...LIVE, operation: 'getManyResults' },
			{ ...options, expectedScriptName: '' },
		],
		[
			{ ...LIVE, operation: 'run' },
			{ ...options, cancelOnTimeout: 'never', dryRun: false, maxSessions: 0, runKey: '' },
		],
		[{ ...ACTIONS, operation: 'wait' }, { pollInterval: 10 }],
		[
			{ ...DEVICES, operation: 'isolate' },
			{ dryRun: false, pollInterval: 10 },
		],
		[
			{ ...DEVICES, operation: 'collectPackage' },
			{ dryRun: false, pollInterval: 10, binaryPropertyName: 'data', maxDownloadSize: 1024 },
		],
		[
			{ ...ACTIONS, operation: 'getPackage' },
			{ pollInterval: 10, binaryPropertyName: 'data', maxDownloadSize: 1024 },
		],
	])('has options for %j that change nothing when they are added', (set, expected) => {
		expect(whenAdded(shown(node, 'options', set))).toEqual(expected);
	});

	it('lists the options that belong together next to each other', () => {
		const labels = fieldsOf(shown(node, 'options', { ...LIVE, operation: 'run' })).map(({ displayName }) => displayName);
		const groups = labels.map((label) => /^(.*?): /.exec(label)?.[1]).filter((group) => group !== undefined);
		expect([...new Set(groups)]).toEqual(['Exit Code', 'File', 'Output', 'Rate', 'Wait']);
		expect(groups).toEqual([...groups].sort());
		expect(labels.filter((label) => !label.includes(': '))).toEqual(['Dry Run', 'Run Key']);
	});

	it('asks first for what differs from run to run, and for the comment last', () => {
		const values = form(node, { ...LIVE, operation: 'run' });
		const names = node.description.properties
			.filter((property) => NodeHelpers.displayParameter(values, property, null, node.description))
			.map(({ name }) => name);
		expect(names.filter((name) => !['resource', 'operation', 'toolDescription'].includes(name))).toEqual([
			...['machineId', 'specifyCommands', 'commands', 'waitForCompletion', 'maxWaitMinutes', 'whenDeviceBusy'],
			...['routeByOutcome', 'simplify', 'comment', 'options'],
		]);
	});

	it('has the choices of the options', () => {
		const ofRun = fieldsOf(shown(node, 'options', { ...LIVE, operation: 'run' }));
		const choices = (name: string) => valuesOf(ofRun.find((field) => field.name === name)).sort();
		expect(choices('parseOutput')).toEqual(['json', 'lines', 'none']);
		expect(choices('cancelOnTimeout')).toEqual(['always', 'ifNotStarted', 'never']);
		expect(valuesOf(shown(node, 'whenDeviceBusy', { ...LIVE, operation: 'run' })).sort()).toEqual(['fail', 'wait']);
	});

	it('has the filters', () => {
		const actions = shown(node, 'filters', { ...ACTIONS, operation: 'getMany' });
		expect(whenAdded(actions)).toEqual({
			status: [],
			type: 'LiveResponse',
			machineId: '',
			requestor: '',
			commentContains: '',
			createdAfter: '',
			createdBefore: '',
		});
		const machines = shown(node, 'filters', { ...DEVICES, operation: 'getMany' });
		expect(whenAdded(machines)).toEqual({
			computerDnsName: '',
			match: 'exact',
			lastIpAddress: '',
			tag: '',
			healthStatus: expect.any(String),
			osPlatform: '',
			onboardingStatus: 'Onboarded',
			riskScore: expect.any(String),
			exposureLevel: expect.any(String),
			lastSeenAfter: '',
			rbacGroupId: '',
			aadDeviceId: '',
			odata: '',
		});
		expect(valuesOf(fieldsOf(machines).find(({ name }) => name === 'match')).sort()).toEqual(['exact', 'startsWith']);
	});

	it.each([
		['machineActionId', { ...LIVE, operation: 'getResult' }, ['searchMachineActions', 'id']],
		['machineId', { ...LIVE, operation: 'run' }, ['searchMachines', 'id', 'name', 'entraId']],
		['machineId', { ...DEVICES, operation: 'get' }, ['searchMachines', 'id', 'name', 'entraId']],
		['machineActionId', { ...ACTIONS, operation: 'getPackage' }, ['searchPackageActions', 'id']],
		['machineId', { ...DEVICES, operation: 'isolate' }, ['searchMachines', 'id', 'name', 'entraId']],
		['fileName', { ...FILES, operation: 'delete' }, ['searchLibraryFiles', 'name']],
	])('lets %s be chosen from a list or typed: %j', (name, set, modes) => {
		const locator = shown(node, name, set);
		expect(locator.type).toBe('resourceLocator');
		expect(modesOf(locator)).toEqual(modes);
		expect(node.methods?.listSearch).toHaveProperty(modes[0]);
	});

	it.each([
		['run', LIVE],
		['cancel', ACTIONS],
	])('needs a comment to %s', (operation, set) => {
		expect(shown(node, 'comment', { ...set, operation }).required).toBe(true);
	});

	it('takes several commands, in an order of the user’s', () => {
		expect(shown(node, 'commands', { ...LIVE, operation: 'run' }).typeOptions).toMatchObject({ multipleValues: true, sortable: true });
	});

	it('accepts them as data', () => {
		const set = { ...LIVE, operation: 'run', specifyCommands: 'json' };
		expect(form(node, set)).not.toHaveProperty('commands');
		expect(shown(node, 'commandsJson', set).type).toBe('json');
	});

	it.each([
		['RunScript', ['type', 'scriptName', 'args']],
		['GetFile', ['type', 'path']],
		['PutFile', ['type', 'fileName']],
	])('asks for a command of type %s: %j', (type, names) => {
		const [{ values }] = shown(node, 'commands', { ...LIVE, operation: 'run' }).options as INodePropertyCollection[];
		const fields = values.filter((field) => NodeHelpers.displayParameter({ type }, field, null, node.description));
		expect(fields.map(({ name }) => name)).toEqual(names);
		expect(valuesOf(values[0])).toContain(type);
		expect(values[0].default).toBe('RunScript');
		const chosen = fields.filter((field) => field.type === 'resourceLocator');
		expect(chosen.map(modesOf)).toEqual(type === 'GetFile' ? [] : [['searchLibraryFiles', 'name']]);
	});

	it('shows its outputs by outcome, where it waits for one', () => {
		const { outputs } = node.description;
		// eslint-disable-next-line @n8n/community-nodes/no-dangerous-functions -- n8n evaluates it so
		const evaluate = new Function('$parameter', `return ${String(outputs).slice(3, -2)}`) as (
			parameters: object,
		) => Array<{ displayName?: string }>;
		const namesOf = (set: INodeParameters) => evaluate(form(node, set)).map(({ displayName }) => displayName);
		const routed = ['Succeeded', 'Failed', 'Not Finished'];
		for (const operation of ['getResult', 'getManyResults', 'run']) {
			expect(namesOf({ ...LIVE, operation })).toEqual([undefined]);
			expect(namesOf({ ...LIVE, operation, routeByOutcome: true })).toEqual(routed);
		}
		expect(namesOf({ ...LIVE, operation: 'run', waitForCompletion: false, routeByOutcome: true })).toEqual([undefined]);
	});
});

describe('the trigger', () => {
	const { pollInterval, ...applying } = options;

	it('uses the names that saved workflows have, and polls', () => {
		expect(trigger.description).toMatchObject({
			name: 'defenderLiveResponseTrigger',
			displayName: 'Microsoft Defender Live Response Trigger',
			polling: true,
		});
	});

	it('gives all ended actions by default, and asks for options where it gives results', () => {
		const statuses = ['Succeeded', 'Failed', 'TimeOut', 'Cancelled'];
		expect(form(trigger)).toEqual({ emit: 'actions', statuses, simplify: true, filters: {} });
		expect(form(trigger, { emit: 'results' })).toEqual({ emit: 'results', statuses, simplify: true, filters: {}, options: {} });
		expect(valuesOf(shown(trigger, 'emit', {}))).toEqual(['actions', 'results']);
		expect(valuesOf(shown(trigger, 'statuses', {})).sort()).toEqual([...statuses].sort());
	});

	it('has filters, and the options that apply to it', () => {
		expect(whenAdded(shown(trigger, 'filters', {}))).toEqual({ machineId: '', scriptName: '', requestor: '', commentContains: '' });
		expect(whenAdded(shown(trigger, 'options', { emit: 'results' }))).toEqual(applying);
		expect(pollInterval).toBe(10);
	});
});

it.each([node, trigger])('marks the link as sensitive for n8n (%#)', ({ description }) => {
	expect(description.sensitiveOutputFields).toEqual(['downloadLink']);
});
