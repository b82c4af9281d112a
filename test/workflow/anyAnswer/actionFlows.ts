import type { IDataObject } from 'n8n-workflow';
import { addActions, addDevices, ends, onlyOne } from './arrange';
import { untrueAction, untrueList } from './entityClaims';
import type { Flow } from './flow';
import { untruePackage } from './resultClaims';
import type { World } from './world';

const action = (operation: string, more: IDataObject = {}) => ({ resource: 'machineAction', operation, ...more });
const ofItsAction = (item: IDataObject, { id }: IDataObject, world: World) => untrueAction(item, world.action(id), world);

export const ACTION_FLOWS: Flow[] = [
	{
		name: 'machineAction: get',
		calls: ['token', 'action.get', 'action.list'],
		itemsEach: onlyOne,
		untrue: ofItsAction,
		prepare: (emulator, choice) => ({ parameters: action('get', { simplify: choice.simplify }), inputs: addActions(emulator, choice) }),
	},
	{
		name: 'machineAction: getMany',
		calls: ['token', 'action.list'],
		untrueOfAll: (items, world) => {
			const { variant, wait } = world.choice;
			const all = world.emulator
				.actions()
				.filter((each) => [true, !world.hasEnded(each), undefined, false][variant % 4] ?? each.requestorComment.includes('case'));
			// While they end, it depends on the moment.
			return !wait || variant % 4 === 1
				? []
				: untrueList(
						items,
						all.map(({ id }) => id),
						({ id }) => id,
						world,
					);
		},
		prepare(emulator, choice) {
			addActions(emulator, choice);
			const filters = [{}, { status: ['unfinished'], type: 'LiveResponse' }, { commentContains: 'case' }, { machineId: 'a'.repeat(40) }][
				choice.variant % 4
			];
			return {
				parameters: action('getMany', { simplify: choice.simplify, returnAll: choice.wait, limit: 7, filters }),
				inputs: [{ json: {} }],
			};
		},
	},
	{
		name: 'machineAction: cancel',
		calls: ['token', 'action.cancel', 'action.cancel', 'action.get', 'action.list'],
		itemsEach: onlyOne,
		target: ({ id }) => String(id),
		mayFail: true,
		untrue(item, input, world) {
			const own = world.action(input.id);
			// The device has started it.
			const isLeft = world.choice.wait && !world.attacked('action.get', 'action.list');
			const wrong = isLeft && (own?.cancelled ?? item.cancelled === true) ? ['cancelled what had started'] : [];
			return [...wrong, ...untrueAction(item, own, world)];
		},
		prepare: (emulator, choice) => ({
			parameters: action('cancel', { comment: 'enough', simplify: choice.simplify, onlyIfNotStarted: choice.wait }),
			inputs: addActions(emulator, { ...choice, variant: 0 }),
		}),
	},
	{
		name: 'machineAction: wait',
		calls: ['token', 'action.list', 'action.get'],
		itemsEach: onlyOne,
		untrue: ofItsAction,
		prepare: (emulator, choice) => ({
			parameters: action('wait', { maxWaitMinutes: 1, simplify: choice.simplify }),
			inputs: addActions(emulator, choice),
		}),
	},
	{
		name: 'machineAction: getPackage',
		calls: ['token', 'action.list', 'action.get', 'packageLink', 'packageLink', 'package'],
		itemsEach: onlyOne,
		untrue(item, { id }, world) {
			const isOwn = String(item.machineActionId).toLowerCase() === String(id).toLowerCase();
			return isOwn ? untruePackage(item, world.action(id), world) : [`a package of ${String(item.machineActionId)} for ${String(id)}`];
		},
		prepare: (emulator, choice) => ({
			parameters: action('getPackage', { waitForCompletion: choice.wait, maxWaitMinutes: 1 }),
			inputs: addDevices(emulator, choice).map(({ id }) => ({
				json: {
					id: emulator.addAction({ machineId: id, type: 'CollectInvestigationPackage', commands: [], ...ends(emulator, choice) }).id,
				},
			})),
		}),
	},
];
