import fc from 'fast-check';
import type { INode } from 'n8n-workflow';
import type { Operation } from '../../../playground/emulator';
import { NODE_TYPE, workflowWith, type Setting } from '../../support/setting';
import { triggerWorkflow } from '../../support/trigger';
import { attack, attackOn, replacesFile, type AttackOn } from './attacks';
import { FLOWS, type Choice, type Flow } from './flows';
import { brokenByError, brokenByItems, brokenByRuns, brokenBySuccess } from './promises';

/** What n8n does with an item that failed. */
type OnError = INode['onError'];
interface Trial {
	choice: Choice;
	onError: OnError;
	attacks: AttackOn[];
}

const choice: fc.Arbitrary<Choice> = fc.record({
	items: fc.constantFrom(1, 1, 2),
	good: fc.boolean(),
	simplify: fc.boolean(),
	wait: fc.boolean(),
	route: fc.boolean(),
	variant: fc.nat(5),
});
const trialOf = (calls: Operation[]): fc.Arbitrary<Trial> =>
	fc.record({
		choice,
		onError: fc.constantFrom<OnError>('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
		attacks: fc.array(attackOn(calls), { minLength: 1, maxLength: 3 }),
	});

/** Something that asks the service, all trials of it, and what a trial breaks of what the package promises. */
export interface Subject {
	name: string;
	trials: fc.Arbitrary<Trial>;
	run(setting: Setting, trial: Trial): Promise<string[]>;
}

/** An app that no one has used: no token, no pacing and no lists of earlier trials. Returns its id. */
function startAnew({ emulator, engine }: Setting): string {
	emulator.reset();
	emulator.settings.busyAfterMs = Infinity;
	const { clientId } = emulator.apps.addApp({ secrets: [{ value: emulator.app.clientSecret }] });
	engine.credentials.stored.set('defender', emulator.credentialData({ clientId }));
	return clientId;
}

async function runNode(setting: Setting, flow: Flow, { choice: chosen, onError, attacks }: Trial): Promise<string[]> {
	const { emulator, engine } = setting;
	const clientId = startAnew(setting);
	const { parameters, inputs } = flow.prepare(emulator, chosen);
	for (const each of attacks) attack(emulator, each);
	const ran = await engine.run(workflowWith(parameters, { onError }), { pinData: { Start: inputs } });
	const outputs = ran.outputs('Defender');
	const items = outputs.flat();
	const expected = flow.itemsEach?.(chosen);
	const isComplete = ran.error !== undefined || expected === undefined || items.length >= inputs.length * Math.min(1, expected);
	return [
		...(ran.error ? brokenByError(ran.error) : []),
		...(isComplete ? [] : [`${items.length} items of ${inputs.length}`]),
		...brokenByItems(items, inputs.length, emulator),
		...brokenBySuccess(
			items.map(({ json }) => json),
			{ good: chosen.good, isRun: flow.name === 'liveResponse: run', sent: flow.sends?.(chosen), sendsFile: !attacks.some(replacesFile) },
			emulator,
		),
		...brokenByRuns(emulator, clientId),
	];
}

const node = (flow: Flow): Subject => ({
	name: flow.name,
	trials: trialOf(flow.calls),
	run: async (setting, trial) => await runNode(setting, flow, trial),
});

/** The trigger, switched on and polled while live responses end. */
const trigger: Subject = {
	name: 'trigger',
	trials: trialOf(['token', 'action.list', 'action.list', 'link', 'blob']),
	async run(setting, { choice: { items: count, good, simplify, wait, variant }, attacks }) {
		const { emulator, engine } = setting;
		startAnew(setting);
		const { id } = emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
		const end = () =>
			emulator.addAction({
				machineId: id,
				createdAt: emulator.now() - 1000,
				endedAt: emulator.now(),
				commands: [{ type: 'RunScript', name: 'check.ps1', script: { exitCode: good ? 0 : 3, md5: false } }],
			});
		end();
		const emit = wait ? 'results' : 'actions';
		const filters = [{}, { requestor: 'analyst' }, { commentContains: 'x' }, { scriptName: 'check.ps1' }][variant % 4];
		for (const each of attacks) attack(emulator, each);
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
		for (let poll = 0; active && poll < 3; poll++) {
			for (let n = 0; n < count; n++) end();
			setting.advance(120_000);
			const items = (await polled(active.poll()))?.outputs('Ended').flat() ?? [];
			// Nothing comes before a trigger.
			broken.push(
				...brokenByItems(
					items.map((item) => ({ ...item, pairedItem: 0 })),
					1,
					emulator,
				),
			);
			broken.push(
				...brokenBySuccess(
					items.map(({ json }) => json),
					{ good, isRun: false, sendsFile: true },
					emulator,
				),
			);
			given.push(...items.map(({ json }) => JSON.stringify([json.machineActionId ?? json.id, json.commandIndex])));
		}
		return [...broken, ...(given.length === new Set(given).size ? [] : ['an action came twice'])];
	},
};

const picker = (method: string, calls: Operation[]): Subject => ({
	name: `picker ${method}`,
	trials: trialOf(calls),
	async run(setting, { choice: { items: count, variant }, attacks }) {
		startAnew(setting);
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
			return [
				...(odd.length > 0 ? [`entries that are not texts: ${JSON.stringify(odd).slice(0, 300)}`] : []),
				...(paginationToken === undefined || typeof paginationToken === 'string' ? [] : ['a page that is not a text']),
				...brokenByItems(
					results.map((entry) => ({ json: { ...entry }, pairedItem: 0 })),
					1,
					emulator,
				),
			];
		} catch (error) {
			return brokenByError(error);
		}
	},
});

export const SUBJECTS: Subject[] = [
	...FLOWS.map(node),
	trigger,
	picker('searchMachines', ['token', 'machine.list', 'machine.list']),
	picker('searchLibraryFiles', ['token', 'library.list', 'library.list']),
	picker('searchMachineActions', ['token', 'action.list', 'action.list']),
	picker('searchPackageActions', ['token', 'action.list', 'action.list']),
];
