import { all, entity, filter, liveResponses, on, refuse, status, url, type BendCase } from './bendCase';

/* eslint-disable @typescript-eslint/no-explicit-any -- bodies of every shape */
const actions = (change: Parameters<typeof on>[2]) => on('action.list', liveResponses, change);
const newest = (change: (action: any) => void) => actions(({ json }) => change(json.value[0]));
const second = (change: Parameters<typeof on>[2]) => on('action.list', ({ query }) => query.get('$skip') === '1', change);
const refused = (start: string, top?: string) => on('action.list', filter(start, top), refuse(400, 'ODataError'));
const machines = (change: Parameters<typeof on>[2]) =>
	on('machine.list', ({ query }) => [...query.keys()].join() === '$top' && query.get('$top') === '100', change);
const lastMachine = (change: (machine: any) => void) => machines(entity(0, change));
const noMachines = (start: string) => on('machine.list', filter(start), refuse(400, 'ODataError'));
const entra = (quoted: boolean) =>
	on(
		'machine.list',
		({ query }) => new RegExp(`^aadDeviceId eq ${quoted ? "'" : '\\w'}`).test(query.get('$filter') ?? ''),
		refuse(400, 'ODataError'),
	);
const files = (change: (file: any) => void) =>
	on(
		'library.list',
		() => true,
		({ json }) => change(json.value[0]),
	);

export const LIST_BENDS: BendCase[] = [
	{ id: 'action.keys', how: 'no lastUpdateDateTimeUtc', bend: newest((action) => void delete action.lastUpdateDateTimeUtc) },
	{
		id: 'action.other-keys',
		how: 'one more',
		bend: () => ({
			answer({ json, status: code }, { operation, query }) {
				if (operation === 'action.list' && query.get('$top') === '100') for (const action of json.value) action.region = 'x';
				if (operation === 'action.get' && code === 200) json.region = 'x';
			},
		}),
	},
	{ id: 'action.device', how: 'no name', bend: newest((action) => void (action.computerDnsName = null)) },
	{ id: 'action.status-words', how: 'another word', bend: newest((action) => void (action.status = 'Queued')) },
	{
		id: 'action.type-words',
		how: 'another word',
		bend: on(
			'action.list',
			({ query }) => query.get('$top') === '100' && !query.has('$filter'),
			({ json }) => void (json.value[0].type = 'Contain'),
		),
	},
	{ id: 'action.command-keys', how: 'no params', bend: newest((action) => void delete action.commands[0].command.params) },
	{ id: 'action.command-index', how: 'from 1', bend: actions(entity(0, (action) => void (action.commands[0].index = 1))) },
	{ id: 'action.command-words', how: 'another word', bend: newest((action) => void (action.commands[0].commandStatus = 'Started')) },
	{ id: 'action.command-errors', how: 'null', bend: newest((action) => void (action.commands[0].errors = null)) },
	{
		id: 'action.failed-command',
		how: 'Succeeded',
		bend: actions(({ json }) => void (json.value.find((action: any) => action.status === 'Failed').status = 'Succeeded')),
	},
	{
		id: 'action.dates',
		how: 'without T',
		bend: newest((action) => void (action.lastUpdateDateTimeUtc = action.lastUpdateDateTimeUtc.replace('T', ' '))),
	},
	{
		id: 'action.not-started',
		how: 'with a start',
		bend: newest((action) => void (action.commands[0].startTime = action.creationDateTimeUtc)),
	},
	{
		id: 'action.last-update-name',
		how: 'the other spelling',
		bend: on('action.get', status(200), ({ json }) => void (json.lastUpdateTimeUtc = json.lastUpdateDateTimeUtc)),
	},
	{ id: 'action.by-id', how: 'a key is missing', bend: on('action.get', status(200), ({ json }) => void delete json.title) },

	{ id: 'query.order', how: 'no order', bend: actions(({ json: { value } }) => void ([value[0], value[2]] = [value[2], value[0]])) },
	{
		id: 'query.orderby',
		how: 'is ignored',
		bend: on(
			'action.list',
			({ query }) => /asc$/.test(query.get('$orderby') ?? ''),
			({ json }) => void json.value.reverse(),
		),
	},
	{ id: 'query.id-in', how: 'is refused', bend: refused('id in') },
	{ id: 'query.unfinished', how: 'is refused', bend: refused("type eq 'LiveResponse' and (status eq 'Pending'") },
	{ id: 'query.status-in', how: 'is refused', bend: refused('status in') },
	{ id: 'query.machine', how: 'is refused', bend: refused('machineId eq') },
	{ id: 'query.requestor', how: 'gives nothing', bend: on('action.list', filter('requestor eq'), ({ json }) => void (json.value = [])) },
	{ id: 'query.date', how: 'is refused', bend: refused('creationDateTimeUtc ge') },
	{
		id: 'query.skip',
		how: 'gives another one',
		bend: second(({ json }) => void (json.value[0].id = '00000000-0000-4000-8000-000000000000')),
	},
	{ id: 'query.count', how: 'a text', bend: second(({ json }) => void (json['@odata.count'] = '4')) },
	{ id: 'query.always-counts', how: 'only where asked', settings: { alwaysCounts: false } },
	{ id: 'query.next-link', how: 'there is one', bend: second(({ json }) => void (json['@odata.nextLink'] = 'https://api.example/next')) },
	{ id: 'query.case', how: 'is refused', bend: refused('Type eq') },

	{ id: 'machine.keys', how: 'no rbacGroupName', bend: lastMachine((machine) => void delete machine.rbacGroupName) },
	{ id: 'machine.other-keys', how: 'one more', bend: lastMachine((machine) => void (machine.assetTier = 1)) },
	{ id: 'machine.id', how: 'a GUID', bend: lastMachine((machine) => void (machine.id = '00000000-0000-4000-8000-000000000000')) },
	{ id: 'machine.health-words', how: 'another word', bend: lastMachine((machine) => void (machine.healthStatus = 'Sleeping')) },
	{
		id: 'machine.onboarding-words',
		how: 'another case',
		bend: machines(entity(1, (machine) => void (machine.onboardingStatus = 'onboarded'))),
	},
	{ id: 'machine.level-words', how: 'another word', bend: lastMachine((machine) => void (machine.riskScore = 'Critical')) },
	{ id: 'machine.tags', how: 'null', bend: lastMachine((machine) => void (machine.machineTags = null)) },
	{ id: 'machine.entra-id', how: 'another form', bend: lastMachine((machine) => void (machine.aadDeviceId = 'S-1-12-1-1')) },
	{ id: 'machine.dates', how: 'with an offset', bend: lastMachine((machine) => void (machine.lastSeen = '2026-01-13T09:00:00+01:00')) },
	{
		id: 'machine.by-name',
		how: 'small letters find nothing',
		bend: on('machine.list', filter('computerDnsName eq'), ({ json }) => void (json.value = [])),
	},
	{ id: 'machine.starts-with', how: 'is refused', bend: noMachines('startswith') },
	{ id: 'machine.by-path', how: '404', bend: on('machine.get', status(200), refuse(404, 'ResourceNotFound')) },
	{ id: 'machine.by-tag', how: 'is refused', bend: noMachines('machineTags/any') },
	{ id: 'machine.by-entra-id', how: 'is refused', bend: entra(false) },
	{ id: 'machine.by-entra-id-quoted', how: 'is refused', bend: entra(true) },
	{
		id: 'machine.select',
		how: 'is ignored',
		bend: on(
			'machine.list',
			({ query }) => query.has('$select'),
			({ json }) => void (json.value[0].osPlatform = 'Windows11'),
		),
	},
	{ id: 'machine.onboarded', how: 'is refused', bend: noMachines('onboardingStatus eq') },

	{ id: 'library.keys', how: 'no createdBy', bend: files((file) => void delete file.createdBy) },
	{ id: 'library.sha256', how: 'capitals', bend: files((file) => void (file.sha256 = file.sha256.toUpperCase())) },
	{ id: 'library.dates', how: 'without Z', bend: files((file) => void (file.creationTime = file.creationTime.replace('Z', ''))) },
	{
		id: 'library.one-page',
		how: 'there is a next page',
		bend: on(
			'library.list',
			() => true,
			({ json }) => void (json['@odata.nextLink'] = 'https://api.example/next'),
		),
	},

	{ id: 'package.link', how: 'not any more', bend: on('packageLink', () => true, refuse(404, 'ResourceNotFound')) },
	{
		id: 'package.quotes',
		how: 'without',
		bend: on(
			'packageLink',
			() => true,
			({ json }) => void (json.value = json.value.replaceAll('"', '')),
		),
	},
	{ id: 'package.host', how: 'another host', settings: { packageOrigin: 'https://files.example' } },
	{
		id: 'package.secret',
		how: 'another field',
		bend: on('packageLink', all(status(200), url('getPackageUri')), ({ json }) => void (json.value = json.value.replace('token=', 'key='))),
	},
];
