import type { IDataObject } from 'n8n-workflow';
import type { Operation } from '../../../playground/emulator';
import { NODE_TYPE } from '../../support/setting';
import { triggerWorkflow } from '../../support/trigger';
import { attack, type Attack, type AttackOn } from './attacks';
import { OUTPUT } from './arrange';
import { untrueAction } from './entityClaims';
import { FLOWS } from './flows';
import { brokenByError, brokenByItems } from './promises';
import { untrueResult } from './resultClaims';
import { startAnew, subjectOf, trialOf, type Subject } from './tryFlow';

/** Nothing comes before a trigger and a list. */
const unpaired = (items: IDataObject[]) => items.map((json) => ({ json, pairedItem: 0 }));

/** Whether an attack makes an answer that can be read and does not say what is so. */
function lies({ attack: what }: AttackOn): boolean {
	const isBroken = (each: Attack) =>
		each.kind === 'reset' || each.kind === 'raw' || each.kind === 'stall' || (each.kind === 'status' && each.status >= 300);
	return !isBroken(what);
}

/** After that nothing is tried again, in ms. */
const ALL_TRIES_MS = 40 * 60_000;

/** The trigger, switched on and polled while live responses end, and then until it has given them all. */
const trigger: Subject = {
	name: 'trigger',
	trials: trialOf(['token', 'action.list', 'action.list', 'link', 'blob']),
	async run(setting, { choice, attacks }) {
		const { items: count, good, simplify, wait, variant } = choice;
		const { emulator, engine } = setting;
		const world = startAnew(setting, choice);
		const { id } = emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
		const end = () =>
			emulator.addAction({
				machineId: id,
				createdAt: emulator.now() - 1000,
				endedAt: emulator.now(),
				commands: [{ type: 'RunScript', name: 'check.ps1', script: { exitCode: good ? 0 : 3, output: OUTPUT, md5: false } }],
			}).id;
		end();
		const emit = wait ? 'results' : 'actions';
		const filters = [{}, { requestor: 'analyst@contoso.example' }, { commentContains: 'x' }, { scriptName: 'check.ps1' }][variant % 4];
		const handles = attacks.map((each) => attack(emulator, each));
		const broken: string[] = [];
		const given: string[] = [];
		const polled = async <T>(poll: Promise<T>): Promise<T | undefined> => {
			try {
				return await poll;
			} catch (error) {
				// n8n wraps what the first poll throws.
				const { cause } = error as Error;
				broken.push(...brokenByError((error as Error).name === 'WorkflowActivationError' ? (cause ?? error) : error));
				return undefined;
			}
		};
		const active = await polled(engine.activate(triggerWorkflow({ emit, simplify, filters }), { staged: simplify }));
		if (!active) return broken;
		const look = async () => {
			const items = (await polled(active.poll()))?.outputs('Ended').flat() ?? [];
			const found = items.map(({ json }) => json);
			broken.push(...brokenByItems(unpaired(found), 1, emulator));
			for (const item of found) {
				const action = world.action(item.machineActionId ?? item.id);
				broken.push(...(wait ? untrueResult(item, action, world) : untrueAction({ ...item, finished: true }, action, world)));
			}
			given.push(
				...found.map(({ machineActionId, id: actionId, commandIndex }) => JSON.stringify([machineActionId ?? actionId, commandIndex])),
			);
		};
		const ended: string[] = [];
		for (let poll = 0; poll < 3; poll++) {
			for (let n = 0; n < count; n++) {
				const id = end();
				// What ends before a poll has been stored is not the trigger's: n8n does not keep what it staged at activation.
				if (active.staticData.ledger) ended.push(id);
			}
			setting.advance(120_000);
			await look();
		}
		for (const { remove } of handles) remove();
		if (!attacks.some(lies) && variant % 4 !== 2) {
			for (let poll = 0; poll < 3; poll++) {
				setting.advance(ALL_TRIES_MS);
				await look();
			}
			const lost = ended.filter((each) => !given.some((item) => item.includes(each)));
			broken.push(...lost.map((each) => `${each} never came`));
		}
		return [...broken, ...(given.length === new Set(given).size ? [] : ['an action came twice'])];
	},
};

/**
 * A list of the editor.
 *
 * @param all how many entries it has of this number of devices, where nothing is searched
 */
const picker = (method: string, calls: Operation[], all: (count: number) => number): Subject => ({
	name: `picker ${method}`,
	trials: trialOf(calls),
	async run(setting, { choice, attacks }) {
		const { items: count, variant } = choice;
		const world = startAnew(setting, choice);
		const { emulator, engine } = setting;
		for (let n = 0; n < count; n++) {
			emulator.addDevice({ computerDnsName: `ws-0${n}.contoso.example`, scripts: { [`check-${n}.ps1`]: {} } });
			emulator.addAction({ commands: [{ type: 'RunScript', name: 'check.ps1' }] });
		}
		for (const each of attacks) attack(emulator, each);
		const credentials = { microsoftDefenderOAuth2Api: { id: 'defender', name: 'Microsoft Defender' } };
		try {
			const { results, paginationToken } = await engine.listSearch(NODE_TYPE, method, {
				filter: ['', 'ws', 'check', "o'neil"][variant % 4],
				credentials,
			});
			const odd = results.filter(({ name, value }) => typeof name !== 'string' || name === '' || typeof value !== 'string' || value === '');
			const isWhole = !world.isCalm || variant % 4 !== 0 || results.length === all(count);
			return [
				...(odd.length > 0 ? [`entries that are not texts: ${JSON.stringify(odd).slice(0, 300)}`] : []),
				...(paginationToken === undefined || typeof paginationToken === 'string' ? [] : ['a page that is not a text']),
				...(isWhole ? [] : [`${results.length} entries where there should be ${all(count)}`]),
				...brokenByItems(unpaired(results.map((entry) => ({ ...entry }))), 1, emulator),
			];
		} catch (error) {
			// A list is waited for 20 s, which on this clock a busy machine takes.
			const isCalm = world.isCalm && world.tookMs < 15_000;
			return [...brokenByError(error), ...(isCalm ? ['failed, yet nothing was in its way'] : [])];
		}
	},
});

export const SUBJECTS: Subject[] = [
	...FLOWS.map(subjectOf),
	trigger,
	picker('searchMachines', ['token', 'machine.list', 'machine.list'], (count) => count),
	picker('searchLibraryFiles', ['token', 'library.list', 'library.list'], (count) => count),
	picker('searchMachineActions', ['token', 'action.list', 'action.list'], (count) => count),
	picker('searchPackageActions', ['token', 'action.list', 'action.list'], () => 0),
];
