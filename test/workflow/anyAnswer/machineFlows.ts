import type { IDataObject } from 'n8n-workflow';
import type { Operation } from '../../../playground/emulator';
import { addDevices, itemsOf, machineId, onlyOne } from './arrange';
import { untrueList, untrueStarted } from './entityClaims';
import type { Choice } from './choice';
import type { Flow } from './flow';
import { untruePackage } from './resultClaims';
import type { World } from './world';

const machine = (operation: string, more: IDataObject = {}) => ({ resource: 'machine', operation, ...more });
const isDevice = ({ id }: IDataObject, input: IDataObject, world: World): string[] => {
	// A name is looked up in a list, which may lie.
	const isOwn = id === input.id || world.said((told) => told.id === id && told.id !== undefined);
	return isOwn ? [] : [`an item of ${String(id)} for ${String(input.id)}`];
};

/** The id of what the flow has started itself on the item's device. */
function ownResponse({ id }: IDataObject, { emulator, clientId }: World, type: string): string | undefined {
	return emulator.responses.find((each) => each.machineId === id && each.clientId === clientId && each.type === type)?.machineActionId;
}

/** A response action: the node's operation, its request, the type of its actions, and what is entered for it. */
type Response = [operation: string, call: Operation, type: string, more?: (choice: Choice) => IDataObject];
const RESPONSES: Response[] = [
	['isolate', 'isolate', 'Isolate', ({ variant }) => ({ isolationType: variant % 3 === 0 ? 'Selective' : 'Full' })],
	['release', 'unisolate', 'Unisolate'],
	['runAntivirusScan', 'scan', 'RunAntiVirusScan', ({ good }) => ({ scanType: good ? 'Quick' : 'Full' })],
	['restrictApps', 'restrict', 'RestrictCodeExecution'],
	['unrestrictApps', 'unrestrict', 'UnrestrictCodeExecution'],
	['quarantineFile', 'quarantine', 'StopAndQuarantineFile', () => ({ sha1: '87662bc3d60e4200ceaf7aae249d1c343f4b83c9' })],
];

/** Their comment names the execution, so that an action whose answer was lost can be found. */
const COMMENT = '=case 4711, execution {{ $execution.id }}';
const responseParameters = (operation: string, choice: Choice) =>
	machine(operation, { machineId: machineId(choice), comment: COMMENT, waitForCompletion: choice.wait, maxWaitMinutes: 1 });

const responseFlow = ([operation, call, type, more = () => ({})]: Response): Flow => ({
	name: `machine: ${operation}`,
	calls: ['token', call, call, call, 'action.list', 'action.list', 'action.get', 'machine.list'],
	itemsEach: onlyOne,
	target: ({ id }) => String(id),
	untrue: (item, input, world) => untrueStarted(item, ownResponse(input, world, type), world),
	prepare: (emulator, choice) => ({
		parameters: { ...responseParameters(operation, choice), simplify: choice.simplify, ...more(choice) },
		inputs: itemsOf(addDevices(emulator, choice)),
	}),
});

const TAG = 'fuzzed';
const tagFlow = (operation: string, adds: boolean): Flow => ({
	name: `machine: ${operation}`,
	calls: ['token', 'machine.tag', 'machine.tag', 'machine.tagMany', 'machine.tagMany', 'machine.list', 'machine.get'],
	itemsEach: onlyOne,
	target: ({ id }) => String(id),
	untrue({ id }, input, { emulator }) {
		const device = emulator.machines().find((each) => each.id === input.id);
		const has = (device?.machineTags as string[]).includes(TAG);
		return [
			...(String(id).toLowerCase() === input.id ? [] : [`a tag of ${String(id)} for ${String(input.id)}`]),
			...(has === adds ? [] : [`the tag of ${String(id)} is not changed`]),
		];
	},
	untrueOfAll: (_, { emulator }) => {
		const bystander = emulator.machines().find(({ computerDnsName }) => computerDnsName === BYSTANDER);
		return (bystander?.machineTags as string[]).includes(TAG) === adds ? ["another device's tag is changed"] : [];
	},
	prepare(emulator, choice) {
		const devices = addDevices(emulator, choice);
		emulator.addDevice({ computerDnsName: BYSTANDER, machineTags: adds ? [] : [TAG] });
		if (!adds) for (const device of devices) device.machineTags = ['case', TAG];
		return {
			parameters: machine(operation, { machineId: machineId(choice), tag: TAG, simplify: choice.simplify }),
			inputs: itemsOf(devices),
		};
	},
});
const BYSTANDER = 'other.contoso.example';

export const MACHINE_FLOWS: Flow[] = [
	{
		name: 'machine: get',
		calls: ['token', 'machine.get', 'machine.list'],
		itemsEach: onlyOne,
		untrue: (item, input, world) =>
			world.choice.variant % 2 === 0
				? isDevice(item, input, world)
				: item.id === input.id
					? []
					: [`an item of ${String(item.id)} for ${String(input.id)}`],
		prepare: (emulator, choice) => ({
			parameters: machine('get', { simplify: choice.simplify, machineId: machineId(choice) }),
			inputs: itemsOf(addDevices(emulator, choice)),
		}),
	},
	{
		name: 'machine: getMany',
		calls: ['token', 'machine.list'],
		untrueOfAll: (items, world) =>
			untrueList(
				items,
				world.emulator.machines().map(({ id }) => id),
				({ id }) => id,
				world,
			),
		prepare(emulator, choice) {
			addDevices(emulator, choice);
			const filters = [{}, { computerDnsName: 'ws-0', match: 'startsWith' }, { tag: 'case' }][choice.variant % 3];
			return {
				parameters: machine('getMany', { simplify: choice.simplify, returnAll: choice.wait, limit: 7, filters }),
				inputs: [{ json: {} }],
			};
		},
	},
	...RESPONSES.map(responseFlow),
	{
		name: 'machine: collectPackage',
		calls: [
			'token',
			'collectPackage',
			'collectPackage',
			'collectPackage',
			'action.list',
			'action.get',
			'packageLink',
			'package',
			'machine.list',
		],
		itemsEach: onlyOne,
		target: ({ id }) => String(id),
		untrue(item, input, world) {
			const own = ownResponse(input, world, 'CollectInvestigationPackage');
			const isShown = own === String(item.machineActionId).toLowerCase();
			return own === undefined ? ['a package that was not asked for'] : untruePackage(item, isShown ? world.action(own) : undefined, world);
		},
		prepare: (emulator, choice) => ({
			parameters: responseParameters('collectPackage', choice),
			inputs: itemsOf(addDevices(emulator, choice)),
		}),
	},
	tagFlow('addTag', true),
	tagFlow('removeTag', false),
];
